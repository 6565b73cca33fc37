/**
 * What keeps decided alerts from being told, in the order in which SPEC 4 names the reasons: mutes,
 * maintenance, quiet hours. Pure: settings and mutes are handed in, the clock is the engine's.
 */
import type { HoldReason } from "../alert.ts";
import type { HoldSettings, Mute } from "../mute.ts";
import type { EngineOptions, HeldScope } from "./engine-options.ts";
import { type MuteBook, mutes } from "./mutes.ts";
import { QuietClock, waitsInQuiet } from "./quiet-hours.ts";

export const NO_HOLDS: HoldSettings = { quietHours: null, maintenance: [], mutes: [] };

const NEVER = Number.POSITIVE_INFINITY;

export class Holds {
  readonly #book: MuteBook;
  #settings: HoldSettings = NO_HOLDS;
  #quiet: QuietClock | null = null;

  constructor(book: MuteBook, settings: HoldSettings) {
    this.#book = book;
    this.set(settings);
  }

  /** From now on these hold; the engine is to look at its incidents again. */
  set(settings: HoldSettings): void {
    this.#settings = settings;
    this.#quiet = settings.quietHours === null ? null : new QuietClock(settings.quietHours);
  }

  /** Everything muted now, those of the configuration first: their end is never. */
  list(nowMs: number): readonly Mute[] {
    const fixed = this.#settings.mutes.map((subject) => {
      return { ...subject, untilMs: NEVER, by: "configuration" };
    });
    return [...fixed, ...this.#book.list(nowMs)];
  }

  /** When quiet hours or maintenance that hold now end; null = neither does. */
  restUntilMs(nowMs: number): { readonly reason: HoldReason; readonly untilMs: number } | null {
    const maintained = this.#maintainedUntilMs(nowMs);
    if (maintained !== null) return { reason: "maintenance", untilMs: maintained };
    const untilMs = this.#quiet?.untilMs(nowMs) ?? null;
    return untilMs === null ? null : { reason: "quiet-hours", untilMs };
  }

  /** The engine's options that make it keep to this. */
  get options(): Required<Pick<EngineOptions, "hold" | "heldUntilMs">> {
    return {
      hold: (scope) => this.#heldBy(scope)?.reason ?? null,
      heldUntilMs: (scope) => this.#heldBy(scope)?.untilMs ?? NEVER,
    };
  }

  /** The first reason that applies, and when it ends by itself. */
  #heldBy(scope: HeldScope): { readonly reason: HoldReason; readonly untilMs: number } | null {
    const { nowMs, severity } = scope;
    if (this.#settings.mutes.some((subject) => mutes(subject, scope))) {
      return { reason: "mute", untilMs: NEVER };
    }
    const mutedUntilMs = this.#book.untilMs(scope, nowMs);
    if (mutedUntilMs !== null) return { reason: "mute", untilMs: mutedUntilMs };
    const rest = this.restUntilMs(nowMs);
    const { quietHours } = this.#settings;
    const isBroken =
      rest?.reason === "quiet-hours" && quietHours !== null && !waitsInQuiet(quietHours, severity);
    return isBroken ? null : rest;
  }

  #maintainedUntilMs(nowMs: number): number | null {
    let untilMs: number | null = null;
    for (const { fromMs, toMs } of this.#settings.maintenance) {
      if (nowMs >= fromMs && nowMs < toMs) untilMs = Math.max(untilMs ?? 0, toMs);
    }
    return untilMs;
  }
}
