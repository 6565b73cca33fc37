/** Our schema, in numbered steps. A published step is never changed: a change is a new step. */
import { FIRST } from "./0001-first.ts";
import { BUCKETS } from "./0002-buckets.ts";
import { THRESHOLD_OVERRIDES } from "./0005-threshold-overrides.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "first", sql: FIRST },
  { version: 2, name: "buckets", sql: BUCKETS },
  { version: 5, name: "threshold-overrides", sql: THRESHOLD_OVERRIDES },
];
