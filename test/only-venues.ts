/** Settings that listen to nobody but the venues named: a test never reaches beyond this machine. */
import { VENUES } from "../src/feeds/index.ts";

export function onlyVenues(
  wanted: Readonly<Record<string, object>>,
): Readonly<Record<string, object>> {
  const off = VENUES.map(({ id }) => [id, { enabled: false }] as const);
  return { ...Object.fromEntries(off), ...wanted };
}
