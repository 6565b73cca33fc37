/** Reads columns of database rows: a wrong type is an error that names the column, never a cast. */
import { LiqError } from "../../errors.ts";
import type { SqlRow } from "./sql.ts";

export function textOf(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unexpected(column, value, "a text");
  return value;
}

export function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] == null ? null : textOf(row, column);
}

/** A finite number; bigint columns arrive as numbers, because no figure here exceeds 2^53. */
export function numberOf(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw unexpected(column, value, "a number");
  }
  return value;
}

export function numberOrNull(row: SqlRow, column: string): number | null {
  return row[column] == null ? null : numberOf(row, column);
}

export function flagOf(row: SqlRow, column: string): boolean {
  const value = row[column];
  if (typeof value !== "boolean") throw unexpected(column, value, "true or false");
  return value;
}

export function oneOf<T extends string>(row: SqlRow, column: string, known: readonly T[]): T {
  const value = row[column];
  for (const word of known) if (word === value) return word;
  throw unexpected(column, value, known.join(", "));
}

export function oneOfOrNull<T extends string>(
  row: SqlRow,
  column: string,
  known: readonly T[],
): T | null {
  return row[column] == null ? null : oneOf(row, column, known);
}

export function textsOf(row: SqlRow, column: string): readonly string[] {
  const value = row[column];
  if (!Array.isArray(value)) throw unexpected(column, value, "a list");
  return value.map((item: unknown) => {
    if (typeof item !== "string") throw unexpected(column, item, "a text");
    return item;
  });
}

/** A JSON object column. */
export function objectOf(row: SqlRow, column: string): Readonly<Record<string, unknown>> {
  const value = row[column];
  if (!isObject(value)) throw unexpected(column, value, "an object");
  return value;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unexpected(column: string, value: unknown, wanted: string): LiqError {
  const shown = JSON.stringify(value)?.slice(0, 100) ?? "nothing";
  return new LiqError("LIQ_STORE", `Column ${column} holds ${shown} instead of ${wanted}`);
}
