/** One look-up of a polled venue: a GET, what it says, and what that means for the asking. */
import { messageOf } from "../errors.ts";
import { askedWaitMs } from "./backoff.ts";
import { parseJson } from "./fields.ts";
import type { FrameReader } from "./frame-reader.ts";
import { getBody, type RestOptions } from "./rest.ts";

/** What became of one look-up. */
export type PollAnswer =
  | { readonly kind: "page"; readonly page: unknown }
  /** The question itself is not answered: asking again soon changes nothing. */
  | { readonly kind: "refused"; readonly reason: string }
  /** To be tried again, at the earliest after `waitMs`. */
  | { readonly kind: "failed"; readonly reason: string; readonly waitMs: number }
  /** HTTP 451. */
  | { readonly kind: "unavailable" };

export interface PollOptions extends RestOptions {
  readonly reader: FrameReader;
  /** Called before the rows of an answer that can be read are handed on. */
  readonly onAnswer: () => void;
}

/** The question is wrong, not the moment: a market that is gone, an argument that changed. */
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 405, 410, 422]);

/** Rows go to the reader. Rejects only when `signal` was aborted. */
export async function askOnce(url: string, options: PollOptions): Promise<PollAnswer> {
  try {
    const { status, retryAfter, body } = await getBody(url, options);
    if (body !== null) return read(body, options);
    if (status === 451) return { kind: "unavailable" };
    const reason = `HTTP ${status}`;
    if (REFUSALS.has(status)) return { kind: "refused", reason };
    return { kind: "failed", reason, waitMs: askedWaitMs({ status, retryAfter }) };
  } catch (thrown) {
    options.signal.throwIfAborted();
    return { kind: "failed", reason: messageOf(thrown), waitMs: 0 };
  }
}

function read(body: Buffer, { reader, onAnswer }: PollOptions): PollAnswer {
  const page = parseJson(body.toString("utf8"));
  if (page !== undefined) onAnswer();
  const control = reader.take(body, false);
  if (page === undefined) return { kind: "failed", reason: "an answer is not JSON", waitMs: 0 };
  if (control?.type === "refused") return { kind: "refused", reason: control.reason };
  if (control?.type === "closing") return { kind: "failed", reason: control.reason, waitMs: 0 };
  return { kind: "page", page };
}
