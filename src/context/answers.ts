/** Pure readings of what venues answer, for the sources. Everything takes `unknown`; nothing throws. */
import { type Fields, isFields, saidText } from "../feeds/fields.ts";
import type { ContractEntry } from "./source.ts";

/** A finite number, sent as a number or as text; undefined when there is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "string" && value.trim() === "") return undefined;
  const number =
    typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** The same from zero on: sizes. */
export function sizeOf(value: unknown): number | undefined {
  const size = numberOf(value);
  return size !== undefined && size >= 0 ? size : undefined;
}

/** The same above zero: prices, hours, times. */
export function positiveOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number > 0 ? number : undefined;
}

/** Every entry of a list that can be read; in words why there is no list. */
export function readEntries(
  listed: unknown,
  entryOf: (fields: Fields) => ContractEntry | null,
): readonly ContractEntry[] | string {
  if (!Array.isArray(listed)) return "no list in the answer";
  return listed.flatMap((one) => (isFields(one) ? (entryOf(one) ?? []) : []));
}

/** An entry under a name that can be one. */
export function entryOf(
  symbol: unknown,
  known: { readonly [Key in keyof Omit<ContractEntry, "symbol">]: ContractEntry[Key] | undefined },
): ContractEntry | null {
  if (typeof symbol !== "string" || symbol === "") return null;
  const given = Object.entries(known).filter(([, value]) => value !== undefined);
  return { symbol, ...Object.fromEntries(given) };
}

/** The list in an envelope that says by a code whether it went well; in words why it did not. */
export function unwrapped(
  page: unknown,
  { code, ok, message }: { readonly code: string; readonly ok: unknown; readonly message: string },
): Fields | string {
  if (!isFields(page)) return "no JSON object";
  if (page[code] === ok) return page;
  return `${code} ${saidText(page[code])}: ${saidText(page[message])}`;
}
