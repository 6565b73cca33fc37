/** What people muted, by the engine's clock: an asset's scopes, a rule's, a venue's, or all. Pure. */
import { type Mute, type MuteSubject, muteKey } from "../mute.ts";
import type { HeldScope } from "./engine-options.ts";

/** Mutes that can hold at once; whoever wants more mutes everything. */
export const MUTES_MAX = 1_000;

type MutedScope = Pick<HeldScope, "asset" | "venue"> & { readonly rule: { readonly name: string } };

export class MuteBook {
  readonly #mutes = new Map<string, Mute>();
  /** Those that name a rule or a venue: few, and looked through one by one. */
  readonly #narrow = new Map<string, Mute>();

  /** Replaces an earlier mute of the same. False when the book is full of others. */
  set(mute: Mute, nowMs: number): boolean {
    const key = muteKey(mute);
    if (!this.#mutes.has(key)) this.#forget(nowMs);
    if (!this.#mutes.has(key) && this.#mutes.size >= MUTES_MAX) return false;
    this.#mutes.set(key, mute);
    if (isNarrow(mute)) this.#narrow.set(key, mute);
    return true;
  }

  /** False when there was nothing to end. */
  end(subject: MuteSubject, nowMs: number): boolean {
    const isMuted = this.get(subject, nowMs) !== null;
    this.#drop(muteKey(subject));
    return isMuted;
  }

  get(subject: MuteSubject, nowMs: number): Mute | null {
    const mute = this.#mutes.get(muteKey(subject));
    return mute !== undefined && nowMs < mute.untilMs ? mute : null;
  }

  /** Those that hold now, everything first, then by asset, venue and rule. */
  list(nowMs: number): readonly Mute[] {
    const live = [...this.#mutes.values()].filter(({ untilMs }) => nowMs < untilMs);
    return live.sort((a, b) => (muteKey(a) < muteKey(b) ? -1 : 1));
  }

  /**
   * When a scope is heard again; null = it is not muted. Scopes of the market are about no asset: a
   * mute of an asset does not reach them. Of several mutes the latest end counts.
   */
  untilMs(scope: MutedScope, nowMs: number): number | null {
    if (this.#mutes.size === 0) return null;
    const { asset } = scope;
    let untilMs = this.get({ asset: null }, nowMs)?.untilMs ?? 0;
    if (asset !== null) untilMs = Math.max(untilMs, this.get({ asset }, nowMs)?.untilMs ?? 0);
    for (const mute of this.#narrow.values()) {
      if (nowMs < mute.untilMs && mutes(mute, scope)) untilMs = Math.max(untilMs, mute.untilMs);
    }
    return untilMs || null;
  }

  #forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.#mutes) if (untilMs <= nowMs) this.#drop(key);
  }

  #drop(key: string): void {
    this.#mutes.delete(key);
    this.#narrow.delete(key);
  }
}

/** True when everything that the subject names is what the scope is about. */
export function mutes({ asset, venue, rule }: MuteSubject, scope: MutedScope): boolean {
  if (asset !== null && asset !== scope.asset) return false;
  if (venue !== undefined && venue !== scope.venue) return false;
  return rule === undefined || rule === scope.rule.name;
}

function isNarrow({ venue, rule }: MuteSubject): boolean {
  return venue !== undefined || rule !== undefined;
}
