import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  InstrumentRefresh,
  REFRESH_EVERY_MS,
  REFRESH_SOONEST_MS,
} from "../../src/feeds/instrument-refresh.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import { simulatedContracts } from "../../src/feeds/simulator/simulations.ts";
import type { Instrument, Venue } from "../../src/feeds/venue.ts";
import { binance } from "../../src/feeds/venues/binance.ts";
import { bybit } from "../../src/feeds/venues/bybit.ts";
import { hyperliquid } from "../../src/feeds/venues/hyperliquid.ts";
import { okx } from "../../src/feeds/venues/okx.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { LogBook } from "./listening.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

const VENUES = { binance, bybit, okx, hyperliquid } satisfies Partial<Record<VenueId, Venue>>;
type ListedVenueId = keyof typeof VENUES;

let runtime: SteppedRuntime;
let simulator: Simulator;
let dataDir: string;
let log: LogBook;
let instruments: Instruments;
let announced: (readonly Instrument[])[];
let found: (readonly string[])[];
let onAnnounced: (() => void) | null;
let controller: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  runtime = new SteppedRuntime();
  dataDir = await mkdtemp(join(tmpdir(), "liqwatch-instruments-"));
  log = new LogBook();
  instruments = new Instruments();
  announced = [];
  found = [];
  onAnnounced = null;
  controller = new AbortController();
  running = Promise.resolve();
});

afterEach(async () => {
  controller.abort();
  await running;
  await simulator.stop();
  await rm(dataDir, { recursive: true });
});

async function refreshOf(
  venue: ListedVenueId,
  more: { restPageMax?: number; assets?: string[] } = {},
): Promise<InstrumentRefresh> {
  simulator = await startSimulator({ venue, runtime, assets: ["BTC", "PEPE"], ...more });
  return anotherOf(venue);
}

function anotherOf(venue: ListedVenueId): InstrumentRefresh {
  const { restUrl } = simulator;
  const onListed = (listed: readonly Instrument[], names: readonly string[]) => {
    announced.push(listed);
    found.push(names);
    onAnnounced?.();
  };
  const options = { instruments, restUrl, dataDir, runtime, log, onListed };
  return new InstrumentRefresh(VENUES[venue], options);
}

/** Nothing but the refresh ever sleeps here. */
const resting = () => runtime.settle(() => runtime.sleeperCount === 1);

/** Runs it and waits until the first look-ups are over. */
async function run(refresh: InstrumentRefresh): Promise<void> {
  running = refresh.run(controller.signal);
  await resting();
}

/** Lets `ms` go by and waits for what that set off. */
async function rest(ms: number): Promise<void> {
  runtime.jump(ms);
  await resting();
}

test("all sources of a venue are read, each contract in the venue's own terms", async () => {
  const refresh = await refreshOf("binance");
  expect(await refresh.refresh(controller.signal)).toBe(true);
  expect(instruments.get("binance", "1000PEPEUSDT")).toMatchObject({
    asset: "PEPE",
    multiplier: 1000,
    isInverse: false,
  });
  expect(instruments.get("binance", "BTCUSD_PERP")).toEqual({
    symbol: "BTCUSD_PERP",
    market: "BTC/USD:BTC",
    asset: "BTC",
    multiplier: 1,
    quote: "USD",
    isInverse: true,
    contractSize: "100",
  });
  expect(instruments.get("binance", "BTCUSDT_261225")?.market).toBe("BTC/USDT:USDT-261225");
  expect(announced.map((listed) => listed.length)).toEqual([4]);
});

test("a listing of several pages is read to its end", async () => {
  const refresh = await refreshOf("bybit", { restPageMax: 2 });
  expect(await refresh.refresh(controller.signal)).toBe(true);
  expect(instruments.list("bybit").map((instrument) => instrument.symbol)).toEqual([
    "BTCUSDT",
    "BTCPERP",
    "1000PEPEUSDT",
    "BTCUSD",
  ]);
});

test("contract sizes of swaps and dated contracts are kept as decimal text", async () => {
  const refresh = await refreshOf("okx");
  await refresh.refresh(controller.signal);
  const sizes = instruments.list("okx").map(({ symbol, contractSize }) => [symbol, contractSize]);
  expect(sizes.toSorted()).toEqual([
    ["BTC-USD-SWAP", "100"],
    ["BTC-USDT-261225", "0.01"],
    ["BTC-USDT-SWAP", "0.01"],
    ["PEPE-USDT-SWAP", "10000000"],
  ]);
});

test("the next start without network knows what the last one learned", async () => {
  const refresh = await refreshOf("bybit");
  await refresh.refresh(controller.signal);
  expect(await readdir(join(dataDir, "instruments"))).toEqual(["bybit.json"]);
  const learned = instruments.list("bybit");
  instruments = new Instruments();
  simulator.refuseNext({ rest: { status: 503 }, times: 9 });
  const next = anotherOf("bybit");
  await run(next);
  expect(instruments.list("bybit")).toEqual(learned);
  expect(next.listed).toEqual(learned);
});

test("a damaged cache is named in the log and replaced", async () => {
  const refresh = await refreshOf("okx");
  await refresh.refresh(controller.signal);
  const file = join(dataDir, "instruments", "okx.json");
  await writeFile(file, '{"instruments":[{"venue":"okx"');
  const next = anotherOf("okx");
  await next.load();
  expect(log.of("warn").map((line) => [line.fields.code, line.message])).toEqual([
    ["LIQ_INSTRUMENT", "The instrument cache is not used"],
  ]);
  await next.refresh(controller.signal);
  expect(JSON.parse(await readFile(file, "utf8")).instruments).toHaveLength(4);
});

test("a source that fails keeps the contracts it listed last, the other is refreshed", async () => {
  const refresh = await refreshOf("okx");
  await refresh.refresh(controller.signal);
  for (const contract of simulatedContracts("okx", ["SOL"])) simulator.list(contract);
  simulator.refuseNext({ rest: { status: 500 } });
  expect(await refresh.refresh(controller.signal)).toBe(false);
  const symbols = refresh.listed.map((instrument) => instrument.symbol);
  expect(symbols).toContain("BTC-USDT-SWAP");
  expect(symbols).toContain("BTC-USDT-261225");
  const [warning] = log.of("warn");
  expect(warning?.fields.error).toMatch(
    /^Cannot read instruments from http:\/\/127\.0\.0\.1:\d+\/api\/v5.*: HTTP 500$/,
  );
});

test("names that a venue is asked for are told with its list, and kept when it does not answer", async () => {
  const refresh = await refreshOf("hyperliquid");
  expect(await refresh.refresh(controller.signal)).toBe(true);
  expect(found.map((names) => names.length)).toEqual([7]);
  simulator.refuseNext({ rest: { status: 500 }, times: 2 });
  expect(await refresh.refresh(controller.signal)).toBe(false);
  expect(found[1]).toEqual(found[0]);
  expect(announced[1]).toEqual(announced[0]);
  expect(log.of("warn")).toHaveLength(2);
});

test("what the venue no longer lists leaves the list and stays known for late rows", async () => {
  const refresh = await refreshOf("bybit");
  await refresh.refresh(controller.signal);
  simulator.delist("1000PEPEUSDT");
  await refresh.refresh(controller.signal);
  expect(refresh.listed.map((instrument) => instrument.symbol)).not.toContain("1000PEPEUSDT");
  expect(instruments.get("bybit", "1000PEPEUSDT")?.asset).toBe("PEPE");
});

test("an answer that lists nothing changes nothing", async () => {
  const refresh = await refreshOf("okx");
  await refresh.refresh(controller.signal);
  for (const { symbol } of refresh.listed) simulator.delist(symbol);
  expect(await refresh.refresh(controller.signal)).toBe(false);
  expect(refresh.listed).toHaveLength(4);
});

test("a venue out of reach is asked again after five minutes, a reached one after an hour", async () => {
  const refresh = await refreshOf("okx");
  simulator.refuseNext({ rest: { status: 503 }, times: 2 });
  await run(refresh);
  await rest(REFRESH_SOONEST_MS - 1);
  expect(announced).toHaveLength(0);
  await rest(1);
  expect(announced).toHaveLength(1);
  await rest(REFRESH_EVERY_MS - 1);
  expect(announced).toHaveLength(1);
  await rest(1);
  expect(announced).toHaveLength(2);
});

test("the hour is spread by a tenth to either end", async () => {
  runtime.chance = 0;
  const refresh = await refreshOf("okx");
  await run(refresh);
  await rest(REFRESH_EVERY_MS * 0.9 - 1);
  expect(announced).toHaveLength(1);
  await rest(1);
  expect(announced).toHaveLength(2);
});

test("an unknown symbol brings the next look forward, but not below five minutes", async () => {
  const refresh = await refreshOf("okx");
  await run(refresh);
  refresh.unknownSymbol("NEW-USDT-SWAP");
  await rest(REFRESH_SOONEST_MS - 1);
  expect(announced).toHaveLength(1);
  await rest(1);
  expect(announced).toHaveLength(2);
});

test("an unknown symbol long after the last look is looked for at once", async () => {
  const refresh = await refreshOf("okx");
  await run(refresh);
  await rest(REFRESH_SOONEST_MS * 2);
  refresh.unknownSymbol("NEW-USDT-SWAP");
  await runtime.settle(() => announced.length === 2);
});

test("a symbol that no list explains is looked for once an hour, however often it comes", async () => {
  const refresh = await refreshOf("okx");
  await run(refresh);
  for (let minutes = 0; minutes < 60; minutes += 5) {
    refresh.unknownSymbol("NEVER-USDT-SWAP");
    await rest(REFRESH_SOONEST_MS);
  }
  expect(announced).toHaveLength(2);
});

test("an unknown symbol during a look-up is not forgotten", async () => {
  const refresh = await refreshOf("okx");
  onAnnounced = () => {
    onAnnounced = null;
    refresh.unknownSymbol("NEW-USDT-SWAP");
  };
  await run(refresh);
  expect(announced).toHaveLength(1);
  await rest(REFRESH_SOONEST_MS);
  expect(announced).toHaveLength(2);
});
