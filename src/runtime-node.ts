/** The real runtime: the only place in our code with a wall clock, timers and chance. */
import type { Cancel, Runtime } from "./runtime.ts";

/** Node fires longer timers at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const nodeRuntime: Runtime = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  sleep,
  every(ms, run) {
    const timer = setInterval(run, Math.min(ms, TIMER_MS_MAX));
    timer.unref();
    return () => clearInterval(timer);
  },
  after: (ms, run) => startTimer(ms, run, true),
  fetch: (input, init) => globalThis.fetch(input, init),
};

/** A timer of any length; `isIdle` = does not keep the process alive. */
function startTimer(ms: number, run: () => void, isIdle: boolean): Cancel {
  let timer: NodeJS.Timeout;
  const arm = (leftMs: number): void => {
    const stepMs = Math.min(leftMs, TIMER_MS_MAX);
    timer = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : run()), stepMs);
    if (isIdle) timer.unref();
  };
  arm(ms);
  return () => clearTimeout(timer);
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = startTimer(
      ms,
      () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      },
      false,
    );
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
