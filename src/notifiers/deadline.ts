/** One bound for one attempt, whatever the client library does with its own timers. */
import type { Runtime } from "../runtime.ts";
import { SEND_TIMEOUT_MS } from "./classify.ts";
import type { Attempt } from "./notifier.ts";

export interface DeadlineOptions {
  readonly runtime: Runtime;
  /** Ends the attempt early, at shutdown. */
  readonly signal: AbortSignal;
  /** What a failure without an answer from the service is called, secrets scrubbed. */
  readonly describe: (thrown: unknown) => string;
}

/** Runs one attempt; silence and network failures become values. */
export async function withDeadline(
  run: (signal: AbortSignal) => Promise<Attempt>,
  { runtime, signal, describe }: DeadlineOptions,
): Promise<Attempt> {
  const bound = new AbortController();
  let isTimeout = false;
  const stop = (): void => bound.abort();
  const cancel = runtime.after(SEND_TIMEOUT_MS, () => {
    isTimeout = true;
    bound.abort();
  });
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await run(bound.signal);
  } catch (thrown) {
    const reason = isTimeout ? "timeout" : "network";
    const detail = isTimeout ? `No answer within ${SEND_TIMEOUT_MS} ms` : describe(thrown);
    return { outcome: "retry", reason, afterMs: null, detail };
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}
