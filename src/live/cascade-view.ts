/** What can be said of cascades: read from the running engine when it is asked for. */
import type { Snapshot } from "../alert.ts";
import type { Cascade, CascadeLimits, CascadeQueries, CascadeState } from "../cascade.ts";
import type { Engine } from "../severity/engine.ts";
import { priced } from "../severity/priced.ts";

export class CascadeView implements CascadeQueries {
  readonly #engine: Pick<Engine, "cascades" | "context" | "nowMs">;

  constructor(engine: Pick<Engine, "cascades" | "context" | "nowMs">) {
    this.#engine = engine;
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
