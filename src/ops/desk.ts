/** Looks once a second, stores what the operator is to be told, and says it in the log. */
import type { DeliveryDraft } from "../alert.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Notice } from "../notice.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import type { NoticeStore } from "../store/store.ts";
import { OpsBook } from "./book.ts";
import type { Sight } from "./sight.ts";

const LOOK_MS = 1_000;
/** Messages that wait for a database that is away; later ones are in the log alone. */
const WAITING_MAX = 100;
/** A stop waits this long for what is being stored. */
const CLOSE_MS_MAX = 1_000;

export interface OpsDeskOptions {
  readonly store: NoticeStore;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly see: () => Omit<Sight, "refusal">;
  /** The messages that a notice asks for; none without a target for the operator. */
  readonly route: (notice: Notice) => readonly DeliveryDraft[];
  /** The first line of a notice, for the log. */
  readonly titleOf: (notice: Notice) => string;
}

export class OpsDesk {
  readonly #options: OpsDeskOptions;
  readonly #waiting: DeliveryDraft[] = [];
  #book = new OpsBook();
  #refusal: Sight["refusal"] = null;
  #storing: Promise<void> | null = null;
  #stopLooking: Cancel = () => {};

  constructor(options: OpsDeskOptions) {
    this.#options = options;
  }

  /** Goes on where an earlier run ended; what it told is not told again. */
  async open(): Promise<void> {
    const { store, runtime } = this.#options;
    this.#book = new OpsBook(await store.opsState());
    this.#stopLooking = runtime.every(LOOK_MS, () => this.look());
  }

  /** What was wrong with the configuration when it was last read; null = nothing. */
  onConfiguration(mistakes: readonly string[] | null): void {
    const atMs = this.#options.runtime.nowMs();
    this.#refusal = mistakes === null ? null : { atMs, mistakes };
  }

  look(): void {
    const { runtime, see, route, log, titleOf } = this.#options;
    for (const notice of this.#book.look({ ...see(), refusal: this.#refusal }, runtime.nowMs())) {
      const { topic, subject, reasons } = notice;
      const drafts = route(notice);
      log[notice.isOver ? "info" : "warn"]({ topic, subject, reasons }, titleOf(notice));
      if (this.#waiting.length + drafts.length <= WAITING_MAX) this.#waiting.push(...drafts);
      else log.warn({ topic, subject }, "Too many notices wait for the database; this one is lost");
    }
    if (this.#waiting.length > 0) this.#storing ??= this.#store();
  }

  async close(): Promise<void> {
    this.#stopLooking();
    const done = new AbortController();
    const late = this.#options.runtime.sleep(CLOSE_MS_MAX, done.signal).catch(() => {});
    await Promise.race([this.#storing, late]);
    done.abort();
  }

  /** One after the other; what fails is tried again at the next look. Repeating is harmless. */
  async #store(): Promise<void> {
    const { store, log } = this.#options;
    const drafts = [...this.#waiting];
    try {
      await store.writeNotices(drafts, this.#book.state);
      this.#waiting.splice(0, drafts.length);
    } catch (thrown) {
      log.debug({ error: messageOf(thrown) }, "notices cannot be stored yet");
    } finally {
      this.#storing = null;
    }
  }
}
