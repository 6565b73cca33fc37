/** `cascadeScore` (SPEC 5.1) as a rule's metric: 0 to 1, of all rows of one asset. */
import type { Rule } from "../rule.ts";
import type { CascadeScore } from "../score.ts";
import type { Gauge, GaugedScope, Surroundings } from "./gauge.ts";
import { PROFILES, ScoreReader } from "./score-reader.ts";

/** Each profile has a window of its own: a rule's says which one it asks for. */
export function profileOf(windowMs: number): ScoreReader["profile"] {
  return windowMs === PROFILES.classic.windowMs ? PROFILES.classic : PROFILES.relative;
}

export function readsContagion({ metric, windowMs }: Rule): boolean {
  return metric === "cascadeScore" && profileOf(windowMs).readsContagion;
}

export class CascadeScoreGauge implements Gauge {
  readonly readsContext = true;
  readonly #scope: GaugedScope;
  #reader: ScoreReader | null = null;

  constructor(scope: GaugedScope) {
    this.#scope = scope;
  }

  read(nowMs: number, around: Surroundings): number | null {
    return this.#of(around)?.read(nowMs, around) ?? null;
  }

  describe(nowMs: number, around: Surroundings): CascadeScore | null {
    return this.#of(around)?.describe(nowMs, around) ?? null;
  }

  /** Also what leaves may raise it: the ten seconds before grow calmer, or the other side leads. */
  nextRiseMs(nowMs: number): number {
    return this.nextChangeMs(nowMs);
  }

  nextChangeMs(nowMs: number): number {
    return this.#reader?.nextChangeMs(nowMs) ?? Number.POSITIVE_INFINITY;
  }

  #of(around: Surroundings): ScoreReader | null {
    const { asset, ring, compiled } = this.#scope;
    if (asset === null) return null;
    this.#reader ??= new ScoreReader(profileOf(compiled.rule.windowMs), {
      ...{ asset, ring, table: around.series.table },
    });
    return this.#reader;
  }
}
