/** One table for all services that speak HTTP: what a status means for the delivery. Pure. */
import type { Attempt } from "./notifier.ts";

/** One attempt that takes longer is given up and tried again. */
export const SEND_TIMEOUT_MS = 10_000;

/** Longest text of a service's answer that a reason may quote, in characters. */
export const DETAIL_CHARS_MAX = 300;

export interface Answer {
  readonly status: number;
  /** How long the service asks us to wait, the longest of all places where it says so. */
  readonly afterMs: number | null;
  readonly detail: string;
  /** A 429 that concerns all our requests to the service, not this address alone. */
  readonly isGlobal?: boolean;
}

/**
 * 429 waits, 5xx and anything unheard of is tried again, a refusal of us (401, 403, 404, 410) is
 * for people to mend, a refusal of the message (other 4xx) concerns this message alone. Redirects
 * are not followed: a webhook's address is a secret.
 */
export function classify(answer: Answer): Attempt {
  const { status, afterMs } = answer;
  const detail = `${status} ${answer.detail}`.trim();
  if (status >= 200 && status < 300) return { outcome: "delivered", remoteId: null };
  if (status === 429) {
    const scope = answer.isGlobal === true ? { isGlobal: true } : {};
    return { outcome: "retry", reason: "rate-limited", afterMs, detail, ...scope };
  }
  if (status === 408) return { outcome: "retry", reason: "timeout", afterMs, detail };
  if (status === 401) return { outcome: "dead", reason: "auth", detail };
  if (status === 403 || status === 404 || status === 410) {
    return { outcome: "dead", reason: "gone", detail };
  }
  if (status >= 400 && status < 500) return { outcome: "dead", reason: "bad-request", detail };
  return { outcome: "retry", reason: "server", afterMs, detail };
}

/** The longest of the waits that a service names, in ms; anything unreadable is no wait. */
export function longestWaitMs(seconds: readonly (number | null)[]): number | null {
  const waits = seconds.filter((wait): wait is number => wait !== null && wait >= 0);
  const finite = waits.filter((wait) => Number.isFinite(wait));
  return finite.length === 0 ? null : Math.ceil(Math.max(...finite) * 1000);
}
