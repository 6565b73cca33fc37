/** Cursors of lists: the place of the last row given out, as text that nobody needs to read. */
import { LiqError } from "../errors.ts";

/** The longest cursor that we give out has 60 characters. */
const CURSOR_CHARS_MAX = 120;
const SHOWN_CHARS_MAX = 40;

/** `list` keeps the cursor of one list from being taken for another's. */
export function writeCursor(list: string, place: readonly number[]): string {
  return Buffer.from([list, ...place].join(".")).toString("base64url");
}

/** @throws LiqError LIQ_COMMAND for a text that `writeCursor` did not give for this list */
export function readCursor(list: string, text: string, numbers: number): readonly number[] {
  const [name, ...place] = Buffer.from(text, "base64url").toString("latin1").split(".");
  const isOurs =
    text.length <= CURSOR_CHARS_MAX &&
    name === list &&
    place.length === numbers &&
    place.every((number) => /^-?\d{1,15}$/.test(number));
  if (isOurs) return place.map(Number);
  const shown = text.slice(0, SHOWN_CHARS_MAX);
  throw new LiqError("LIQ_COMMAND", `Cursor ${shown} is none that this list gave`);
}
