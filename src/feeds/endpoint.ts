/** Where a venue is reached: its own address, or the one that the settings put in its place. */

/**
 * `address` with scheme, host and port of `override` (`venues.<id>.wsUrl` or `restUrl`); path and
 * query stay the venue's own. A path in `override` (a proxy's) is put in front, unless it already
 * is the beginning of the venue's path: then it stands for itself.
 */
export function rebase(address: string, override: string | null): string {
  const own = new URL(address);
  if (override === null) return own.href;
  const base = new URL(override);
  const prefix = base.pathname.replace(/\/+$/, "");
  const isOwn = `${own.pathname}/`.startsWith(`${prefix}/`);
  const path = isOwn ? own.pathname : prefix + own.pathname;
  return `${base.protocol}//${base.host}${path}${own.search}`;
}
