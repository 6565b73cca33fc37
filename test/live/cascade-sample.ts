/** BTC in cascade, SOL after one this morning, as questions read it: from an engine that saw them. */
import type { CascadeQueries } from "../../src/cascade.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { CascadeView } from "../../src/live/cascade-view.ts";
import { Engine } from "../../src/severity/engine.ts";
import { rowOf } from "../severity/samples.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const VENUES: readonly VenueId[] = ["bybit", "bybit", "okx", "binance"];

interface Fall {
  readonly asset: string;
  readonly fromMs: number;
  readonly orders: number;
  readonly usd: number;
  readonly price: number;
}

/** One row every two seconds, the eighth of them a short. */
function fall(engine: Engine, { asset, fromMs, orders, usd, price }: Fall): void {
  for (let at = 0; at < orders; at += 1) {
    const receivedAtMs = fromMs + at * 2_000;
    const paid = price * (1 - at / 2_000);
    const row = rowOf({
      ...{ asset, symbol: `${asset}USDT`, receivedAtMs, venue: VENUES[at % 4] ?? "okx" },
      ...{ positionSide: at % 8 === 7 ? "short" : "long", notionalCents: usd * 100 },
      ...{ price: paid, size: usd / paid, dedupeKey: `${asset}-${receivedAtMs}` },
    });
    engine.step({ type: "rows", receivedAtMs, rows: [row] });
  }
}

const made = new Map<number, CascadeQueries>();

/** The same for everybody who asks for this clock: nothing of it changes. */
export function cascadeAnswers(nowMs: number): CascadeQueries {
  let view = made.get(nowMs);
  if (view === undefined) {
    const engine = new Engine({ rules: [] });
    fall(engine, {
      asset: "SOL",
      fromMs: nowMs - 5 * HOUR_MS,
      orders: 40,
      usd: 50_000,
      price: 182,
    });
    fall(engine, { asset: "BTC", fromMs: nowMs - 90_000, orders: 45, usd: 300_000, price: 67_412 });
    fall(engine, { asset: "XRP", fromMs: nowMs - 40_000, orders: 3, usd: 28_000, price: 2.2 });
    engine.step({ type: "clock", nowMs });
    view = new CascadeView(engine, "relative");
    made.set(nowMs, view);
  }
  return {
    cascade: (asset) => view.cascade(asset),
    cascades: (limit) => view.cascades(limit),
    cascadeLimits: () => view.cascadeLimits(),
    scores: (asset) => view.scores(asset),
  };
}
