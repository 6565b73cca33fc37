/** Which database failures pass by themselves, which are answered by trying again, and how. */
import type { Runtime } from "../../runtime.ts";
import { isObject } from "./rows.ts";

/** Serialization failure and deadlock: the whole transaction may simply be run again. */
const CONFLICT_STATES: ReadonlySet<string> = new Set(["40001", "40P01"]);

/** Runs of one transaction in all when it keeps colliding with others. */
export const CONFLICT_RETRIES_MAX = 5;

const CONFLICT_DELAY_MS_MAX = 200;

/** SQLSTATEs and socket errors of a server that is away, full or starting; class 08 besides. */
const ABSENT_CODES: ReadonlySet<string> = new Set([
  "53300", // too_many_connections
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "25P03", // idle_in_transaction_session_timeout: we were stopped in the middle of it
  "57P05", // idle_session_timeout
  "25006", // read_only_sql_transaction: a fail-over left us on the old primary
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);

/** node-postgres gives these as texts without a code. */
const ABSENT_TEXTS = /connection terminated|connection ended|timeout|not queryable/i;

function codeOf(error: unknown): string | null {
  return isObject(error) && typeof error.code === "string" ? error.code : null;
}

/** True for a lost or unreachable server: the same work succeeds once it is back. */
export function isServerAbsent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isServerAbsent);
  const code = codeOf(error);
  if (code !== null) return ABSENT_CODES.has(code) || code.startsWith("08");
  return error instanceof Error && ABSENT_TEXTS.test(error.message);
}

function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && CONFLICT_STATES.has(code);
}

/** Runs `attempt` again after a serialization failure or deadlock, at most 5 times, with jitter. */
export async function retryConflicts<T>(
  runtime: Pick<Runtime, "random" | "sleep">,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConflict(error) || retries >= CONFLICT_RETRIES_MAX) throw error;
      await runtime.sleep(runtime.random() * CONFLICT_DELAY_MS_MAX);
    }
  }
}
