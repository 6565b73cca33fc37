/** `riskScore` (SPEC 5.2) as a rule's metric: 0 to 2, of all rows of one asset in the window of a cascade. */
import { readDelayMs } from "../rule.ts";
import type { RiskScore } from "../score.ts";
import { RiskWindow } from "../windows/risk-window.ts";
import { RowFlow } from "../windows/row-flow.ts";
import { RowWindow } from "../windows/row-window.ts";
import type { Gauge, GaugedScope, Surroundings } from "./gauge.ts";
import { describeRisk, type RiskInputs, riskOf } from "./risk.ts";
import type { ScoredSeries } from "./score-reader.ts";

/** One object, set anew at each look: looks are the hot path. */
class Inputs implements RiskInputs {
  isCascade = false;
  orders = 0;
  longCents = 0;
  shortCents = 0;
  densestCents = 0;
  largeCents = 0;
  venues = 0;
}

export class RiskReader {
  readonly #asset: string;
  readonly #window: RowWindow;
  readonly #flow: RowFlow;
  readonly #risk: RiskWindow;
  readonly #inputs = new Inputs();

  constructor(windowMs: number, { asset, ring, table }: ScoredSeries) {
    this.#asset = asset;
    this.#window = new RowWindow(ring, { windowMs, delayMs: readDelayMs(windowMs) });
    this.#risk = new RiskWindow(table);
    this.#flow = new RowFlow(ring, this.#risk);
  }

  read(nowMs: number, around: Surroundings): number {
    return riskOf(this.#look(nowMs, around));
  }

  describe(nowMs: number, around: Surroundings): RiskScore {
    return describeRisk(this.#look(nowMs, around));
  }

  /**
   * After a look: the next clock at which it can differ with no input. Outside a cascade that is an
   * entry: what leaves begins none.
   */
  nextChangeMs(): number {
    return this.#inputs.isCascade ? this.#window.nextChangeMs() : this.#window.nextEntryMs();
  }

  #look(nowMs: number, { cascades, levels }: Surroundings): RiskInputs {
    const inputs = this.#inputs;
    const [window, risk] = [this.#window, this.#risk];
    window.advance(nowMs);
    inputs.isCascade = cascades.isRunning(this.#asset);
    const width = levels.widthOf(this.#asset);
    if (!risk.hasWidth(width)) {
      risk.setWidth(width);
      this.#flow.restart();
    }
    this.#flow.follow(window);
    inputs.orders = window.orders;
    inputs.longCents = window.longCents;
    inputs.shortCents = window.shortCents;
    inputs.densestCents = risk.densestCents();
    inputs.largeCents = risk.largeCents;
    inputs.venues = risk.venues;
    return inputs;
  }
}

export class RiskScoreGauge implements Gauge {
  /** Open interest draws the line of a cascade. */
  readonly readsContext = true;
  readonly #scope: GaugedScope;
  #reader: RiskReader | null = null;

  constructor(scope: GaugedScope) {
    this.#scope = scope;
  }

  read(nowMs: number, around: Surroundings): number | null {
    return this.#of(around)?.read(nowMs, around) ?? null;
  }

  describe(nowMs: number, around: Surroundings): RiskScore | null {
    return this.#of(around)?.describe(nowMs, around) ?? null;
  }

  /** What leaves may raise it: a purer side, a denser level. */
  nextRiseMs(): number {
    return this.nextChangeMs();
  }

  nextChangeMs(): number {
    return this.#reader?.nextChangeMs() ?? Number.POSITIVE_INFINITY;
  }

  #of({ series }: Surroundings): RiskReader | null {
    const { asset, ring, compiled } = this.#scope;
    if (asset === null) return null;
    this.#reader ??= new RiskReader(compiled.rule.windowMs, { asset, ring, table: series.table });
    return this.#reader;
  }
}
