/** What admins may change in the running daemon: stored first, then in force, named in the log. */
import { MUTE_MS_MAX } from "./alert.ts";
import { LiqError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Mute, MuteSubject } from "./mute.ts";
import type { TargetTest } from "./notice.ts";
import type { Controls } from "./queries.ts";
import type { Engine } from "./severity/engine.ts";
import { MUTES_MAX, type MuteBook } from "./severity/mutes.ts";
import type { Store } from "./store/store.ts";
import type { ThresholdControls } from "./thresholds.ts";

export interface LiveControlsOptions {
  readonly engine: Engine;
  readonly mutes: MuteBook;
  readonly store: Pick<Store, "mutes" | "writeMute" | "deleteMute">;
  readonly thresholds: ThresholdControls;
  /** One TEST message to the target, in its turn. */
  readonly sendTest: (target: string) => Promise<TargetTest>;
  readonly log: Log;
}

export class LiveControls implements Controls {
  readonly thresholds: ThresholdControls;
  readonly #options: LiveControlsOptions;

  constructor(options: LiveControlsOptions) {
    this.#options = options;
    this.thresholds = options.thresholds;
  }

  /** Before anything is evaluated: the clock may be that of the last commit, or unknown. */
  async restore(): Promise<void> {
    const { mutes, store, engine } = this.#options;
    for (const mute of await store.mutes()) mutes.set(mute, engine.nowMs ?? 0);
  }

  /**
   * @throws LiqError LIQ_COMMAND for an end that has passed or is too far away, and when too many
   * assets are muted; LIQ_STORE when it cannot be stored, and then nothing is muted
   */
  async mute(mute: Mute): Promise<void> {
    const { engine, mutes, store, log } = this.#options;
    const nowMs = engine.nowMs;
    if (nowMs === null) throw new LiqError("LIQ_STORE", "Nothing can be muted before the start");
    const forMs = mute.untilMs - nowMs;
    if (!(forMs > 0 && forMs <= MUTE_MS_MAX)) {
      const days = MUTE_MS_MAX / 86_400_000;
      throw new LiqError(
        "LIQ_COMMAND",
        `Mute of ${forMs} ms is refused: above 0, at most ${days} d`,
      );
    }
    const live = mutes.list(nowMs);
    if (live.length >= MUTES_MAX && mutes.get(mute, nowMs) === null) {
      throw new LiqError("LIQ_COMMAND", `Already ${MUTES_MAX} mutes hold: mute everything`);
    }
    await store.writeMute(mute, nowMs);
    mutes.set(mute, nowMs);
    engine.wakeIncidents();
    const until = new Date(mute.untilMs).toISOString();
    log.info({ ...named(mute), until, by: mute.by }, "Alerts muted");
  }

  async testAlert(target: string, by: string): Promise<TargetTest> {
    const { sendTest, log } = this.#options;
    const test = await sendTest(target);
    const { isRearmed, resent } = test;
    log.info(
      { target, isDelivered: test.refusal === null, isRearmed, resent, by },
      "Target tested",
    );
    return test;
  }

  async unmute(subject: MuteSubject, by: string): Promise<boolean> {
    const { engine, mutes, store, log } = this.#options;
    if (mutes.get(subject, engine.nowMs ?? 0) === null) return false;
    await store.deleteMute(subject);
    const isEnded = mutes.end(subject, engine.nowMs ?? 0);
    engine.wakeIncidents();
    log.info({ ...named(subject), by }, "Mute ended");
    return isEnded;
  }
}

/** For the log: what is muted, and nothing else. */
function named({ asset, venue, rule }: MuteSubject) {
  return { asset: asset ?? "all", ...(venue && { venue }), ...(rule && { rule }) };
}
