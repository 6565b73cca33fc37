/** Rows of a contract that is listed later: in the store, in the engine, over restarts, once. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Instruments } from "../src/feeds/instruments.ts";
import { normalizeRows } from "../src/feeds/normalize.ts";
import type { Instrument, Row } from "../src/feeds/venue.ts";
import { okx } from "../src/feeds/venues/okx.ts";
import type { Liquidation } from "../src/liquidation.ts";
import { refill } from "../src/refill.ts";
import { LOOK_AGAIN_MS, Reprice } from "../src/reprice.ts";
import { Engine } from "../src/severity/engine.ts";
import { beginTerm } from "../src/store/decider.ts";
import { SqlStore } from "../src/store/store-sql.ts";
import { LogBook } from "./feeds/listening.ts";
import { SteppedRuntime } from "./feeds/stepped-runtime.ts";
import { chanceOf } from "./oracle/chance.ts";
import { openScene, type Scene } from "./store/buckets-scene.ts";
import { batch } from "./store/samples.ts";

const DAY_MS = 86_400_000;
const USD_COINS = ["USDT", "USDC"];
const NEW: Instrument = {
  symbol: "NEW-USDT-SWAP",
  market: "NEW/USDT:USDT",
  asset: "NEW",
  multiplier: 1,
  quote: "USDT",
  isInverse: false,
  contractSize: "0.1",
};
/** Quoted in a coin that counts as no dollar: its rows get an asset, and never money. */
const ODD: Instrument = { ...NEW, symbol: "ODD-EUR-SWAP", market: "ODD/EUR:EUR", quote: "EUR" };
const NEVER = "NEVER-USDT-SWAP";

const runtime = new SteppedRuntime();
const chance = chanceOf(4);

function sentRow(symbol: string, number: number): Row {
  return {
    symbol,
    positionSide: chance.pick(["long", "short"]),
    kind: number % 7 === 0 ? "backstop" : "liquidation",
    price: `${chance.integer(1, 90_000)}.${chance.integer(1, 99)}`,
    priceKind: "bankruptcy",
    size: String(chance.integer(1, 5_000)),
    quoteAmount: null,
    isInverse: null,
    occurredAtMs: runtime.nowMs() - chance.integer(0, DAY_MS / 2),
    id: `${symbol}-${number}`,
    orderKey: null,
    history: chance.in100(30),
  };
}

let scene: Scene;

beforeEach(async () => {
  const made = await openScene("embedded", 4);
  if (made === null) throw new Error("No embedded database");
  scene = made;
});

afterEach(() => scene.database.close());

/** One run of a daemon on the database of the scene: engine, contracts, and what gives money late. */
class Run {
  readonly engine = new Engine({ rules: [] });
  readonly instruments = new Instruments();
  readonly log = new LogBook();
  readonly #store: SqlStore;
  readonly #reprice: Reprice;

  constructor(store: SqlStore) {
    this.#store = store;
    this.#reprice = new Reprice({
      ...{ store, instruments: this.instruments, usdCoins: USD_COINS, runtime, log: this.log },
      alone: (work) => work(),
      onPriced: (rows) => this.engine.step({ type: "repriced", rows }),
    });
  }

  static async start(): Promise<Run> {
    const store = new SqlStore(scene.database, await scene.database.transaction(beginTerm));
    const run = new Run(store);
    const { scopes } = await store.warmStart();
    await refill(run.engine, store, { scopes, nowMs: runtime.nowMs() });
    return run;
  }

  /** As live: normalized with what is known by now, decided, stored. */
  async hear(rows: readonly Row[]): Promise<void> {
    await this.take(normalized(rows, this.instruments).liquidations);
  }

  async take(liquidations: readonly Liquidation[]): Promise<void> {
    const receivedAtMs = runtime.nowMs();
    const { accepted } = this.engine.step({ type: "rows", receivedAtMs, rows: liquidations });
    await this.#store.commit(batch({ liquidations: accepted, engineNowMs: receivedAtMs }));
  }

  /** The venue lists these, and everything that follows from it is done. */
  async list(...listed: readonly Instrument[]): Promise<void> {
    this.instruments.add("okx", listed);
    this.#reprice.wake();
    await this.settled();
  }

  settled(): Promise<void> {
    return this.#reprice.settled();
  }

  async stop(): Promise<void> {
    await this.#reprice.stop();
  }

  /** What the page shows: orders, rows and cents of the day. */
  totals() {
    const query = { nowMs: runtime.nowMs(), windowMs: DAY_MS };
    const { total, byAsset, byVenue } = this.engine.series.day.breakdown(query);
    return { total, byAsset: Object.fromEntries(byAsset), byVenue: Object.fromEntries(byVenue) };
  }
}

function normalized(rows: readonly Row[], instruments: Instruments) {
  const context = { venue: okx, instruments, receivedAtMs: runtime.nowMs(), usdCoins: USD_COINS };
  return normalizeRows(rows, context);
}

/** The same rows as if their contracts had been known from the start. */
function known(rows: readonly Row[], ...listed: readonly Instrument[]): readonly Liquidation[] {
  const instruments = new Instruments();
  instruments.add("okx", listed);
  return normalized(rows, instruments).liquidations.map(({ sent: _sent, ...row }) => row);
}

/** Sums of an engine that knew everything from the start. */
function plainTotals(rows: readonly Liquidation[]) {
  const counted = rows.filter(({ kind }) => kind === "liquidation");
  const assets = new Set(counted.flatMap(({ asset }) => asset ?? []));
  const ofAsset = (name: string) => sumOf(counted.filter(({ asset }) => asset === name));
  const total = sumOf(counted);
  const byAsset = Object.fromEntries([...assets].map((name) => [name, ofAsset(name)]));
  return { total, byAsset, byVenue: { okx: total } };
}

/** Every row here is an order of its own. */
function sumOf(rows: readonly Liquidation[]) {
  const cents = (positionSide: Liquidation["positionSide"]) =>
    rows
      .filter((row) => row.positionSide === positionSide)
      .reduce((sum, row) => sum + (row.notionalCents ?? 0), 0);
  const count = rows.length;
  return { orders: count, rows: count, longCents: cents("long"), shortCents: cents("short") };
}

async function stored(): Promise<readonly Liquidation[]> {
  const rows = await scene.store.recentLiquidations(1_000);
  return rows.map(({ row }) => row).toReversed();
}

const waiting = async () =>
  (await scene.database.query("select symbol from liqwatch.unpriced order by symbol")).map(
    ({ symbol }) => symbol,
  );

describe("rows of a contract that is listed later", () => {
  test("get the money of their numbers as sent, in store and totals, and each order counts once", async () => {
    const rows = Array.from({ length: 700 }, (_, number) => sentRow(NEW.symbol, number));
    const run = await Run.start();
    await run.hear(rows);
    expect(run.totals()).toEqual(plainTotals(known(rows)));
    expect(run.totals().total.longCents).toBe(0);
    await run.list(NEW);
    const wanted = known(rows, NEW);
    expect(await stored()).toEqual(wanted);
    expect(run.totals()).toEqual(plainTotals(wanted));
    expect(run.totals().byAsset.NEW?.longCents).toBeGreaterThan(0);
    expect(await waiting()).toEqual([]);
    await run.list(NEW);
    await run.hear(rows);
    expect(run.totals()).toEqual(plainTotals(wanted));
    await run.stop();
    const next = await Run.start();
    expect(next.totals()).toEqual(run.totals());
    await next.list(NEW);
    expect(next.totals()).toEqual(run.totals());
    await next.stop();
  });

  test("wait over a restart, and one that was on its way is found at the second look", async () => {
    const rows = Array.from({ length: 40 }, (_, number) => sentRow(NEW.symbol, number));
    const wanted = known(rows, NEW);
    const first = await Run.start();
    await first.hear(rows.slice(0, 20));
    await first.stop();
    const second = await Run.start();
    expect(second.totals()).toEqual(plainTotals(known(rows.slice(0, 20))));
    const late = normalized(rows.slice(20), new Instruments()).liquidations;
    await second.list(NEW);
    await second.take(late);
    expect(await waiting()).toHaveLength(20);
    await runtime.pass(LOOK_AGAIN_MS);
    await second.settled();
    expect(await waiting()).toEqual([]);
    await second.stop();
    expect(await stored()).toEqual(wanted);
    expect(second.totals()).toEqual(plainTotals(wanted));
  });

  test("of a quote coin that is no dollar get their asset and no money; others go on waiting", async () => {
    const rows = [sentRow(ODD.symbol, 1), sentRow(NEVER, 2), sentRow(ODD.symbol, 3)];
    const run = await Run.start();
    await run.hear(rows);
    await run.list(NEW, ODD);
    expect((await stored()).map(({ asset, notionalCents }) => [asset, notionalCents])).toEqual([
      ...[
        ["NEW", null],
        [null, null],
        ["NEW", null],
      ],
    ]);
    expect(run.totals()).toEqual(plainTotals(known(rows, NEW, ODD)));
    expect(await waiting()).toEqual([NEVER]);
    await run.stop();
  });

  test("are given it by the process that decides, not by one that did before", async () => {
    const rows = [sentRow(NEW.symbol, 1), sentRow(NEW.symbol, 2)];
    const former = await Run.start();
    await former.hear(rows);
    const decider = await Run.start();
    await former.list(NEW);
    expect(former.log.of("warn").map(({ message }) => message)).toEqual([
      "Stored rows could not be given their money yet",
    ]);
    expect(former.totals()).toEqual(plainTotals(known(rows)));
    expect(await waiting()).toHaveLength(2);
    await decider.list(NEW);
    expect(decider.totals()).toEqual(plainTotals(known(rows, NEW)));
    await Promise.all([former.stop(), decider.stop()]);
    expect(await stored()).toEqual(known(rows, NEW));
  });
});
