/** Telegram's answers and refusals, in its own words. */
import type { Reply } from "./inbox-http.ts";

export const NOT_MODIFIED =
  "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";

export const DESCRIPTIONS = new Map([
  [401, "Unauthorized"],
  [403, "Forbidden: bot was blocked by the user"],
  [404, "Not Found"],
  [
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  ],
]);

export function ok(result: unknown): Reply {
  return { status: 200, json: { ok: true, result } };
}

export function refuse(status: number, description: string, parameters?: unknown): Reply {
  const extra = parameters === undefined ? {} : { parameters };
  return { status, json: { ok: false, error_code: status, description, ...extra } };
}

export function tooMany(seconds: number): Reply {
  return {
    ...refuse(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }),
    headers: { "retry-after": String(seconds) },
  };
}
