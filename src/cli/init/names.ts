/** Names that strangers chose, made fit for a terminal and for a comment in a file. */

/** Longer names are cut; Telegram's titles have up to 128 characters. */
const NAME_CHARS_MAX = 48;

/**
 * One short line: no controls, escapes, line ends or signs that turn the direction of text.
 * Nothing left = `(no name)`.
 */
export function printable(name: string): string {
  const plain = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").replace(/\s+/g, " ");
  const signs = [...plain.trim()];
  if (signs.length === 0) return "(no name)";
  return signs.length <= NAME_CHARS_MAX
    ? signs.join("")
    : `${signs.slice(0, NAME_CHARS_MAX).join("")}...`;
}
