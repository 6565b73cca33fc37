/** The impure world as one interface: `runtime-node.ts` is the real one, tests bring their own. */

/** A timer that can be called off; calling it twice is harmless. */
export type Cancel = () => void;

export interface Runtime {
  /** Wall clock, ms since 1970. */
  nowMs(): number;
  /** Never goes back; for durations only. */
  monotonicMs(): number;
  /** In [0, 1). */
  random(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` every `ms` until called off; does not keep the process alive. */
  every(ms: number, run: () => void): Cancel;
  /** Calls `run` once after `ms` unless called off; does not keep the process alive. */
  after(ms: number, run: () => void): Cancel;
  readonly fetch: typeof globalThis.fetch;
}
