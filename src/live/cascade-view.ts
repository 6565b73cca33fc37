/** What can be said of cascades: read from the running engine when it is asked for. */
import type { Snapshot } from "../alert.ts";
import type {
  AssetScores,
  Cascade,
  CascadeLimits,
  CascadeQueries,
  CascadeState,
} from "../cascade.ts";
import type { CascadeProfile } from "../score.ts";
import type { Engine } from "../severity/engine.ts";
import { priced } from "../severity/priced.ts";
import { RiskReader } from "../severity/risk-gauge.ts";
import { profileOf } from "../severity/score-gauge.ts";
import { PROFILES, ScoreReader } from "../severity/score-reader.ts";
import type { RowRing } from "../windows/ring.ts";

export class CascadeView implements CascadeQueries {
  readonly #engine: Engine;
  readonly #profile: CascadeProfile;
  /** By series: a change of rules begins new ones. */
  readonly #readers = new WeakMap<RowRing, { score: ScoreReader; risk: RiskReader }>();

  /** `profile`: where no rule in force asks for a score. */
  constructor(engine: Engine, profile: CascadeProfile) {
    this.#engine = engine;
    this.#profile = profile;
  }

  cascade(asset: string): CascadeState {
    const { cascades, nowMs } = this.#engine;
    const state = cascades.stateOf(asset, nowMs ?? 0);
    const { running, last } = state;
    return { ...state, running: this.#priced(state, running), last: this.#priced(state, last) };
  }

  cascades(limit: number): readonly CascadeState[] {
    const running = [...this.#engine.cascades.known()].filter(({ isRunning }) => isRunning);
    const states = running.map(({ asset }) => this.cascade(asset));
    return states.sort(mostMoneyFirst).slice(0, limit);
  }

  cascadeLimits(): CascadeLimits {
    return this.#engine.cascades.limits;
  }

  scores(asset: string): AssetScores | null {
    const engine = this.#engine;
    const ring = engine.series.ringOf(asset);
    if (ring === null) return null;
    const nowMs = engine.nowMs ?? 0;
    const { score, risk } = this.#readersOf(asset, ring);
    return { cascade: score.describe(nowMs, engine), risk: risk.describe(nowMs, engine) };
  }

  #readersOf(asset: string, ring: RowRing): { score: ScoreReader; risk: RiskReader } {
    const { series, cascades, rules } = this.#engine;
    const asked = rules.find(({ rule }) => rule.metric === "cascadeScore")?.rule.windowMs;
    const profile = asked === undefined ? PROFILES[this.#profile] : profileOf(asked);
    const known = this.#readers.get(ring);
    if (known !== undefined && known.score.profile === profile) return known;
    const of = { asset, ring, table: series.table };
    const made = {
      score: new ScoreReader(profile, of),
      risk: new RiskReader(cascades.limits.windowMs, of),
    };
    this.#readers.set(ring, made);
    return made;
  }

  /** With the price of the asset over the cascade, where a venue's mark price tells it. */
  #priced({ asset, asOfMs, line }: CascadeState, cascade: Cascade | null): Cascade | null {
    if (cascade === null) return null;
    const { startMs, endMs, figures } = cascade;
    const span = { asset, fromMs: startMs - line.windowMs, toMs: endMs ?? asOfMs };
    return { ...cascade, figures: priced(figures, this.#engine.context.references, span) };
  }
}

function mostMoneyFirst(left: CascadeState, right: CascadeState): number {
  return moneyOf(right.window) - moneyOf(left.window) || (left.asset < right.asset ? -1 : 1);
}

function moneyOf(window: Snapshot | null): number {
  return window === null ? 0 : window.longCents + window.shortCents;
}
