/** Texts within a service's limits: cut, never refused. Pure. */

/** At most `charsMax` UTF-16 units, ending in an ellipsis when cut; no half of a pair is left. */
export function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const short = text.slice(0, Math.max(0, charsMax - 1));
  const last = short.charCodeAt(short.length - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return `${isHalf ? short.slice(0, -1) : short}…`;
}
