/** Contracts from a file the operator gives: our own table format, or pages as a venue's REST sends them. */
import { readFile } from "node:fs/promises";
import { LiqError, messageOf } from "../errors.ts";
import { isFields, parseJson } from "./fields.ts";
import type { Instruments } from "./instruments.ts";
import { isTable, readTable } from "./instruments.ts";
import type { Venue } from "./venue.ts";

/**
 * Adds the contracts of a file to `instruments`, replacing known ones.
 * @returns how many contracts were read
 * @throws LiqError LIQ_COMMAND when the file cannot be read or holds no contract of the venue
 */
export async function addInstrumentFile(
  path: string,
  { venue, instruments }: { readonly venue: Venue; readonly instruments: Instruments },
): Promise<number> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new LiqError("LIQ_COMMAND", `Cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
  let count = 0;
  for (const document of documentsOf(text)) count += addDocument(document, { venue, instruments });
  if (count > 0) return count;
  throw new LiqError(
    "LIQ_COMMAND",
    `No contract of ${venue.id} in ${path}: expected the format of config/instruments.json or REST pages`,
  );
}

/** One JSON document, a list of them, or one per line; fixture lines are unwrapped. */
function documentsOf(text: string): readonly unknown[] {
  const whole = parseJson(text);
  const documents = whole !== undefined ? [whole].flat(1) : text.split("\n").map(parseJson);
  return documents.map((document) =>
    isFields(document) && document.message !== undefined ? document.message : document,
  );
}

function addDocument(
  document: unknown,
  { venue, instruments }: { readonly venue: Venue; readonly instruments: Instruments },
): number {
  if (isTable(document)) {
    const { listed } = readTable(document);
    for (const entry of listed) instruments.add(entry.venue, [entry.instrument]);
    return listed.length;
  }
  for (const source of venue.instruments) {
    const { instruments: listed } = source.parse(document);
    if (listed.length === 0) continue;
    instruments.add(venue.id, listed);
    return listed.length;
  }
  return 0;
}
