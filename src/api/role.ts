/** What a daemon answers while it does not decide: its own memory is empty, and 0 would be a lie. */
import type { Queries } from "../queries.ts";
import { Problem } from "./problem.ts";

const RETRY_LATER = { "retry-after": "10" };

/**
 * `onStandby` says what is missing there and where else to ask, as the second half of a sentence.
 * @throws Problem while this daemon starts or stands by
 */
export function requireDeciding(queries: Queries, onStandby: string): void {
  requireOpen(queries);
  if (queries.status().role === "deciding") return;
  throw new Problem(503, `This daemon stands by for another one that decides: ${onStandby}`, {
    headers: RETRY_LATER,
  });
}

/** @throws Problem while the store is not read back yet, or its schema not known to be there */
export function requireOpen(queries: Queries): void {
  if (queries.status().role !== "starting") return;
  throw new Problem(503, "This daemon is still starting: it has no figures yet", {
    headers: RETRY_LATER,
  });
}
