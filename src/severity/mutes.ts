/** What people muted, by the engine's clock: an asset's scopes, or everything. Pure. */
import type { Mute } from "../queries.ts";
import type { EngineOptions } from "./engine.ts";

/** Assets that can be muted at once; whoever wants more mutes everything. */
export const MUTES_MAX = 1_000;

/** The name under which the mute of everything is kept; assets are never empty. */
const EVERYTHING = "";

export class MuteBook {
  readonly #mutes = new Map<string, Mute>();

  /** Replaces an earlier mute of the same asset. False when the book is full of others. */
  set(mute: Mute, nowMs: number): boolean {
    const key = mute.asset ?? EVERYTHING;
    if (!this.#mutes.has(key)) this.#forget(nowMs);
    if (!this.#mutes.has(key) && this.#mutes.size >= MUTES_MAX) return false;
    this.#mutes.set(key, mute);
    return true;
  }

  /** False when there was nothing to end. */
  end(asset: string | null, nowMs: number): boolean {
    const isMuted = this.get(asset, nowMs) !== null;
    this.#mutes.delete(asset ?? EVERYTHING);
    return isMuted;
  }

  get(asset: string | null, nowMs: number): Mute | null {
    const mute = this.#mutes.get(asset ?? EVERYTHING);
    return mute !== undefined && nowMs < mute.untilMs ? mute : null;
  }

  /** Those that hold now, everything first, then by asset. */
  list(nowMs: number): readonly Mute[] {
    const live = [...this.#mutes.values()].filter(({ untilMs }) => nowMs < untilMs);
    return live.sort((a, b) => ((a.asset ?? EVERYTHING) < (b.asset ?? EVERYTHING) ? -1 : 1));
  }

  /**
   * When a scope of this asset is heard again; null = it is not muted. Scopes of the market are
   * about no asset: only a mute of everything keeps them quiet. Of two mutes the later end counts.
   */
  untilMs(asset: string | null, nowMs: number): number | null {
    if (this.#mutes.size === 0) return null;
    const ofAll = this.get(null, nowMs)?.untilMs ?? 0;
    const ofAsset = asset === null ? 0 : (this.get(asset, nowMs)?.untilMs ?? 0);
    return Math.max(ofAll, ofAsset) || null;
  }

  /** The engine's options that make it keep to this book. */
  get holds(): Required<Pick<EngineOptions, "hold" | "heldUntilMs">> {
    return {
      hold: ({ asset, nowMs }) => (this.untilMs(asset, nowMs) === null ? null : "mute"),
      heldUntilMs: ({ asset, nowMs }) => this.untilMs(asset, nowMs) ?? Number.POSITIVE_INFINITY,
    };
  }

  #forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.#mutes) if (untilMs <= nowMs) this.#mutes.delete(key);
  }
}
