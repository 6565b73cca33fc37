/** Our schema, in numbered steps. A published step is never changed: a change is a new step. */
import { FIRST } from "./0001-first.ts";
import { BUCKETS } from "./0002-buckets.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "first", sql: FIRST },
  { version: 2, name: "buckets", sql: BUCKETS },
];
