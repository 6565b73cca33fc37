/**
 * A runtime whose clock moves only when a test moves it, while sockets and HTTP stay real. A busy
 * machine then makes a test slower and never wrong: time stands still while the event loop does.
 */
import { performance } from "node:perf_hooks";
import type { Cancel, Runtime } from "../../src/runtime.ts";
import { bytesToArrive } from "./loopback.ts";

interface Timer {
  dueMs: number;
  readonly run: () => void;
  readonly everyMs: number | null;
}

/** A condition that does not come true within this real time fails the test, ms. */
const REAL_MS_MAX = 15_000;

export class SteppedRuntime implements Runtime {
  readonly startMs = Date.UTC(2026, 10, 20, 12);
  readonly fetch = globalThis.fetch;
  readonly #timers = new Set<Timer>();
  #elapsedMs = 0;
  #sleepers = 0;
  /** What `random` gives; a test may set it. */
  chance = 0.5;

  nowMs(): number {
    return this.startMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  random(): number {
    return this.chance;
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  /** How many wait in `sleep`. */
  get sleeperCount(): number {
    return this.#sleepers;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      this.#sleepers += 1;
      const give = () => {
        cancel();
        this.#sleepers -= 1;
        reject(signal?.reason);
      };
      const cancel = this.after(ms, () => {
        this.#sleepers -= 1;
        signal?.removeEventListener("abort", give);
        resolve();
      });
      signal?.addEventListener("abort", give, { once: true });
    });
  }

  every(ms: number, run: () => void): Cancel {
    return this.#add(ms, run, ms);
  }

  after(ms: number, run: () => void): Cancel {
    return this.#add(ms, run, null);
  }

  /** Moves the clock, running what is due in order, without waiting for sockets in between. */
  jump(ms: number): void {
    const endMs = this.#elapsedMs + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.dueMs <= endMs);
      const [next] = due.sort((left, right) => left.dueMs - right.dueMs);
      if (next === undefined) break;
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      if (next.everyMs === null) this.#timers.delete(next);
      else next.dueMs += next.everyMs;
      next.run();
    }
    this.#elapsedMs = endMs;
  }

  /** Our own event loop stands still for `ms`: whatever came due runs once, before any socket. */
  stall(ms: number): void {
    this.#elapsedMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.dueMs > this.#elapsedMs) continue;
      if (timer.everyMs === null) this.#timers.delete(timer);
      else timer.dueMs = this.#elapsedMs + timer.everyMs;
      timer.run();
    }
  }

  /** Lets `ms` go by in steps of 50 ms while sockets work. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    while (this.#elapsedMs < endMs) {
      this.jump(Math.min(50, endMs - this.#elapsedMs));
      await bytesToArrive();
    }
  }

  /** Lets time go by until `condition` holds; fails after `withinMs` of our time. */
  async until(condition: () => boolean, withinMs = 60_000): Promise<void> {
    const deadlineMs = this.#elapsedMs + withinMs;
    const realDeadlineMs = performance.now() + REAL_MS_MAX;
    while (!condition()) {
      if (this.#elapsedMs >= deadlineMs || performance.now() > realDeadlineMs) {
        throw new Error(`Not so within ${withinMs} ms: ${condition.toString()}`);
      }
      await this.pass(50);
    }
  }

  /** Waits for real input and output while the clock stands still. */
  async settle(condition: () => boolean): Promise<void> {
    const realDeadlineMs = performance.now() + REAL_MS_MAX;
    while (!condition()) {
      if (performance.now() > realDeadlineMs) {
        throw new Error(`Not so within ${REAL_MS_MAX} real ms: ${condition.toString()}`);
      }
      await bytesToArrive();
    }
  }

  #add(ms: number, run: () => void, everyMs: number | null): Cancel {
    const timer: Timer = { dueMs: this.#elapsedMs + Math.max(0, ms), run, everyMs };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}
