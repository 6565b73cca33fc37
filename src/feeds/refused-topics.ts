/** The topics that a polled venue refused: left out until the list of contracts comes again. */
import type { Log } from "../log.ts";

export class RefusedTopics {
  readonly #log: Log;
  readonly #refused = new Set<string>();
  readonly #told = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  names(): readonly string[] {
    return [...this.#refused];
  }

  /** When everything was refused, everything is asked for again: there is nothing else to do. */
  askable(topics: readonly string[]): readonly string[] {
    const askable = topics.filter((topic) => !this.#refused.has(topic));
    return askable.length > 0 ? askable : topics;
  }

  /** Told once for each topic, however often it is refused. */
  add(topic: string, reason: string): void {
    this.#refused.add(topic);
    if (this.#told.has(topic)) return;
    this.#told.add(topic);
    this.#log.warn(
      { code: "LIQ_REFUSED", topics: [topic], reason },
      "The venue refused a topic; it is tried again at the next instrument refresh",
    );
  }

  delete(topic: string): void {
    this.#refused.delete(topic);
  }

  clear(): void {
    this.#refused.clear();
  }
}
