/** The market context as questions ask for it, read from the engine's memory. */
import type {
  AssetContext,
  ContextLine,
  ContextPoint,
  ContextQueries,
  ContextSourceState,
} from "../market-context.ts";
import type { Engine } from "../severity/engine.ts";

/** Over which times a list tells the change: 5 min, 1 h, 24 h. */
const LINE_WINDOWS_MS = [300_000, 3_600_000, 86_400_000];

export interface ContextViewOptions {
  readonly engine: Pick<Engine, "context" | "nowMs">;
  /** How the asking of each venue goes. */
  readonly contextSources: () => readonly ContextSourceState[];
}

export class ContextView implements ContextQueries {
  readonly #options: ContextViewOptions;

  constructor(options: ContextViewOptions) {
    this.#options = options;
  }

  context(asset: string): AssetContext | null {
    return this.#options.engine.context.of(asset, this.#nowMs);
  }

  contextPoints(asset: string): readonly ContextPoint[] {
    return this.#options.engine.context.points(asset, this.#nowMs);
  }

  contextLines(limit: number): readonly ContextLine[] {
    const { context } = this.#options.engine;
    const known = context.assets().flatMap((asset) => {
      const openInterestUsd = context.openInterestUsd(asset, this.#nowMs);
      return openInterestUsd === null ? [] : [{ asset, openInterestUsd }];
    });
    known.sort((left, right) => right.openInterestUsd - left.openInterestUsd);
    return known.slice(0, limit).map((line) => this.#lineOf(line));
  }

  contextSources(): readonly ContextSourceState[] {
    return this.#options.contextSources();
  }

  #lineOf(line: Pick<ContextLine, "asset" | "openInterestUsd">): ContextLine {
    const { context } = this.#options.engine;
    const funding = context.of(line.asset, this.#nowMs)?.funding ?? null;
    const changesPct = LINE_WINDOWS_MS.map((windowMs) => {
      return context.openInterestChange(line.asset, windowMs, this.#nowMs)?.pct ?? null;
    });
    const fundingRate8h = funding?.rate8h ?? null;
    return { ...line, changesPct, fundingRate8h, settledRate8h: funding?.settledRate8h ?? null };
  }

  get #nowMs(): number {
    return this.#options.engine.nowMs ?? 0;
  }
}
