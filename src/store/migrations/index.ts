/** Our schema, in numbered steps. A published step is never changed: a change is a new step. */
import { FIRST } from "./0001-first.ts";
import { BUCKETS } from "./0002-buckets.ts";
import { OPS } from "./0003-ops.ts";
import { HOURS } from "./0004-hours.ts";
import { THRESHOLD_OVERRIDES } from "./0005-threshold-overrides.ts";
import { UNPRICED } from "./0006-unpriced.ts";
import { ATTEMPTS } from "./0007-attempts.ts";
import { CONTEXT } from "./0008-context.ts";
import { STORIES } from "./0009-stories.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "first", sql: FIRST },
  { version: 2, name: "buckets", sql: BUCKETS },
  { version: 3, name: "ops", sql: OPS },
  { version: 4, name: "hours", sql: HOURS },
  { version: 5, name: "threshold-overrides", sql: THRESHOLD_OVERRIDES },
  { version: 6, name: "unpriced", sql: UNPRICED },
  { version: 7, name: "attempts", sql: ATTEMPTS },
  { version: 8, name: "context", sql: CONTEXT },
  { version: 9, name: "stories", sql: STORIES },
];
