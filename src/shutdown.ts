/** Stopping in order: what was started last is stopped first, all of it within one bound. */
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Runtime } from "./runtime.ts";

/** After this a stop is given up and the process ends anyway. */
export const SHUTDOWN_MS_MAX = 10_000;

export interface ShutdownResult {
  /** Names of cleanups that threw, in the order in which they ran. */
  readonly failed: readonly string[];
  /** The cleanup that was running when the time was over, and those behind it; empty = all ran. */
  readonly unfinished: readonly string[];
}

type Cleanup = () => Promise<void> | void;

export class Shutdown {
  readonly #runtime: Runtime;
  readonly #log: Log;
  readonly #cleanups: { readonly name: string; readonly run: Cleanup }[] = [];
  readonly #failed: string[] = [];
  #running: Promise<ShutdownResult> | null = null;

  constructor(runtime: Runtime, log: Log) {
    this.#runtime = runtime;
    this.#log = log;
  }

  /** What is added while a stop is under way is stopped by it, too. */
  add(name: string, run: Cleanup): void {
    this.#cleanups.push({ name, run });
  }

  /** Runs every cleanup once, however often it is called; never rejects. */
  run(boundMs: number = SHUTDOWN_MS_MAX): Promise<ShutdownResult> {
    this.#running ??= this.#start(boundMs);
    return this.#running;
  }

  async #start(boundMs: number): Promise<ShutdownResult> {
    const done = new AbortController();
    const bound = this.#runtime.sleep(boundMs, done.signal).then(
      () => "late" as const,
      () => "done" as const,
    );
    const progress: { current: string | null } = { current: null };
    const outcome = await Promise.race([this.#drain(progress), bound]);
    done.abort();
    if (outcome !== "late") return { failed: [...this.#failed], unfinished: [] };
    const waiting = this.#cleanups.map(({ name }) => name).reverse();
    const unfinished = progress.current === null ? waiting : [progress.current, ...waiting];
    this.#cleanups.length = 0;
    this.#log.error({ unfinished, boundMs }, "Stopping took too long and was given up");
    return { failed: [...this.#failed], unfinished };
  }

  async #drain(progress: { current: string | null }): Promise<"done"> {
    for (let next = this.#cleanups.pop(); next !== undefined; next = this.#cleanups.pop()) {
      progress.current = next.name;
      try {
        await next.run();
      } catch (thrown) {
        this.#failed.push(next.name);
        this.#log.error({ part: next.name, reason: messageOf(thrown) }, "A part did not stop well");
      }
    }
    progress.current = null;
    return "done";
  }
}
