import { describe, expect, it } from "vitest";
import { Instruments } from "../../src/feeds/instruments.ts";
import { normalizeRows } from "../../src/feeds/normalize.ts";
import type { Instrument, Row, SizeUnit, Venue } from "../../src/feeds/venue.ts";
import { binance } from "../../src/feeds/venues/binance.ts";
import { bybit } from "../../src/feeds/venues/bybit.ts";
import { okx } from "../../src/feeds/venues/okx.ts";
import type { Liquidation, VenueId } from "../../src/liquidation.ts";

const AT_MS = 1_791_435_150_342;
const RECEIVED_MS = 1_791_435_151_000;

const ROW: Row = {
  symbol: "BTCUSDT",
  positionSide: "long",
  kind: "liquidation",
  price: "60000",
  priceKind: "fill",
  size: "0.5",
  quoteAmount: null,
  isInverse: null,
  occurredAtMs: AT_MS,
  id: null,
  orderKey: null,
  history: false,
};

const LINEAR: Instrument = {
  symbol: "BTCUSDT",
  market: "BTC/USDT:USDT",
  asset: "BTC",
  multiplier: 1,
  quote: "USDT",
  isInverse: false,
  contractSize: null,
};

interface Given {
  readonly venue?: Pick<Venue, "id" | "sizeUnit">;
  readonly instrument?: Partial<Instrument> | null;
  readonly receivedAtMs?: number | null;
}

function normalize(rows: readonly Partial<Row>[], given: Given = {}) {
  const { venue = binance, instrument = {}, receivedAtMs = RECEIVED_MS } = given;
  const instruments = new Instruments();
  if (instrument !== null) instruments.add(venue.id, [{ ...LINEAR, ...instrument }]);
  const sent = rows.map((row) => ({ ...ROW, ...row }));
  const usdCoins = ["USDT", "USDC", "USDe"];
  return normalizeRows(sent, { venue, instruments, receivedAtMs, usdCoins });
}

function first(row: Partial<Row>, given: Given = {}): Liquidation {
  const [liquidation] = normalize([row], given).liquidations;
  if (liquidation === undefined) throw new Error("The row was refused");
  return liquidation;
}

function venueOf(id: VenueId, linear: SizeUnit, inverse: SizeUnit) {
  return { id, sizeUnit: { linear, inverse } };
}

describe("money of a row", () => {
  it("is filled coins x average price on USD-M", () => {
    const sent = { symbol: "AINUSDT", price: "0.0387407", size: "1861" };
    // 1861 x 0.0387407 = 72.0964427
    expect(first(sent, { instrument: { symbol: "AINUSDT" } })).toMatchObject({
      price: 0.0387407,
      size: 1861,
      notionalCents: 7_210,
    });
  });

  it("is contracts x contract size on COIN-M, and coins are money over price", () => {
    const coin = { symbol: "BTCUSD_PERP", quote: "USD", isInverse: true, contractSize: "100" };
    const sent = { symbol: "BTCUSD_PERP", price: "76986.8", size: "2304" };
    const row = first(sent, { instrument: coin });
    expect(row.notionalCents).toBe(23_040_000);
    expect(row.size).toBeCloseTo(2.99272083, 8);
    expect(row.price).toBe(76_986.8);
  });

  it("is the size itself on Bybit's inverse contracts", () => {
    const inverse = { symbol: "BTCUSD", quote: "USD", isInverse: true };
    const sent = { symbol: "BTCUSD", price: "60000", size: "3000.5" };
    const row = first(sent, { venue: bybit, instrument: inverse });
    expect(row).toMatchObject({ notionalCents: 300_050, size: 3_000.5 / 60_000 });
  });

  it("is contracts x value x price on OKX, contracts x value on its inverse ones", () => {
    const linear = { symbol: "IOST-USDT-SWAP", contractSize: "1000" };
    const sent = { symbol: "IOST-USDT-SWAP", price: "0.007831", size: "13" };
    expect(first(sent, { venue: okx, instrument: linear })).toMatchObject({
      size: 13_000,
      notionalCents: 10_180,
    });
    const inverse = { symbol: "BTC-USD-SWAP", quote: "USD", isInverse: true, contractSize: "100" };
    const coin = { symbol: "BTC-USD-SWAP", price: "50000", size: "3" };
    expect(first(coin, { venue: okx, instrument: inverse })).toMatchObject({
      size: 0.006,
      notionalCents: 30_000,
    });
  });

  it("is known on inverse contracts even without a price; the coins are not", () => {
    const coin = { quote: "USD", isInverse: true, contractSize: "100" };
    expect(first({ price: null, size: "7" }, { instrument: coin })).toMatchObject({
      price: null,
      priceKind: null,
      size: null,
      notionalCents: 70_000,
    });
  });

  it("is the venue's own quote amount where it sends one", () => {
    const venue = venueOf("htx", "base", "contracts");
    const sent = { price: "60000", size: "0.5", quoteAmount: "29999.995" };
    expect(first(sent, { venue }).notionalCents).toBe(3_000_000);
  });

  it("is the size where sizes are in quote currency", () => {
    const venue = venueOf("bitget", "quote", "quote");
    expect(first({ price: "50", size: "125" }, { venue })).toMatchObject({
      size: 2.5,
      notionalCents: 12_500,
    });
  });

  it("is rounded once, half a cent away from zero", () => {
    expect(first({ price: "0.01", size: "0.5" }).notionalCents).toBe(1);
    expect(first({ price: "0.01", size: "0.49" }).notionalCents).toBe(0);
    expect(first({ price: "1.005", size: "1" }).notionalCents).toBe(101);
    expect(first({ price: "123456789.12345", size: "0.1" }).notionalCents).toBe(1_234_567_891);
  });

  it("is exact where floats are not", () => {
    // 0.1 x 3 is 0.30000000000000004 in floats; 40 digits have no float at all.
    expect(first({ price: "0.1", size: "0.3" }).notionalCents).toBe(3);
    const price = `0.${"0".repeat(36)}9999`;
    expect(first({ price, size: "1000000000000000000000000000000000000000" }).notionalCents).toBe(
      99_990,
    );
  });

  it("is null above what integer cents can hold", () => {
    expect(first({ price: "9".repeat(20), size: "9" }).notionalCents).toBeNull();
  });
});

describe("multipliers", () => {
  const pepe = {
    symbol: "1000PEPEUSDT",
    market: "1000PEPE/USDT:USDT",
    asset: "PEPE",
    multiplier: 1_000,
  };

  it("are taken out of price and size and leave the money as it is", () => {
    const sent = { symbol: "1000PEPEUSDT", price: "0.0123", size: "400" };
    expect(first(sent, { instrument: pepe })).toMatchObject({
      market: "1000PEPE/USDT:USDT",
      asset: "PEPE",
      price: 0.0000123,
      size: 400_000,
      notionalCents: 492,
    });
  });

  it("leave the numbers of the dedupe key as they were sent", () => {
    const sent = { symbol: "1000PEPEUSDT", price: "0.01230", size: "400.0" };
    expect(first(sent, { instrument: pepe }).dedupeKey).toBe(
      `binance|1000PEPEUSDT|liquidation|long|${AT_MS}|400|0.0123|0`,
    );
  });
});

describe("what is not known", () => {
  it("leaves asset, market and money of an unknown symbol empty, the price stays", () => {
    expect(first({}, { venue: okx, instrument: null })).toMatchObject({
      symbol: "BTCUSDT",
      asset: null,
      market: null,
      price: 60_000,
      size: null,
      notionalCents: null,
    });
  });

  it("keeps the size of an unknown symbol where the frame tells its unit", () => {
    expect(first({ isInverse: false }, { instrument: null }).size).toBe(0.5);
    expect(first({ isInverse: true }, { instrument: null }).size).toBeNull();
    expect(first({}, { instrument: null }).size).toBeNull();
  });

  it("gives no money when frame and listing disagree about the contract", () => {
    expect(first({ isInverse: true })).toMatchObject({
      asset: "BTC",
      price: 60_000,
      size: null,
      notionalCents: null,
    });
  });

  it("gives no money in a quote that is no USD coin, coins and price stay", () => {
    expect(first({}, { instrument: { quote: "EUR" } })).toMatchObject({
      price: 60_000,
      size: 0.5,
      notionalCents: null,
    });
    expect(first({}, { instrument: { quote: "USDE" } }).notionalCents).toBe(3_000_000);
    expect(first({}, { instrument: { quote: "USD" } }).notionalCents).toBe(3_000_000);
  });

  it("gives no money for contracts of unknown size", () => {
    expect(first({}, { venue: okx })).toMatchObject({ size: null, notionalCents: null });
  });

  it("gives no money without price or size", () => {
    expect(first({ price: null })).toMatchObject({ price: null, size: 0.5, notionalCents: null });
    expect(first({ size: null })).toMatchObject({ price: 60_000, size: null, notionalCents: null });
  });
});

describe("identity of a row", () => {
  it("counts identical rows of one frame from 0", () => {
    const rows = [{}, { size: "0.50" }, { price: "60001" }, {}];
    const keys = normalize(rows).liquidations.map((row) => row.dedupeKey);
    const key = `binance|BTCUSDT|liquidation|long|${AT_MS}|0.5|60000`;
    expect(keys).toEqual([
      `${key}|0`,
      `${key}|1`,
      `binance|BTCUSDT|liquidation|long|${AT_MS}|0.5|60001|0`,
      `${key}|2`,
    ]);
  });

  it("leaves missing numbers empty and adds the money", () => {
    const coin = { quote: "USD", isInverse: true, contractSize: "100" };
    expect(first({ price: null, size: "7" }, { instrument: coin }).dedupeKey).toBe(
      `binance|BTCUSDT|liquidation|long|${AT_MS}|7||0|700`,
    );
    expect(first({ price: null, size: null }).dedupeKey).toBe(
      `binance|BTCUSDT|liquidation|long|${AT_MS}|||0|`,
    );
  });

  it("is the venue's id where it has one, and the order key is the row's own without another", () => {
    expect(first({ id: "77" })).toMatchObject({
      dedupeKey: "binance|BTCUSDT|77",
      orderKey: "binance|BTCUSDT|77",
    });
    expect(first({ orderKey: "order-5" }).orderKey).toBe("order-5");
  });

  it("does not depend on when it was received", () => {
    expect(first({}, { receivedAtMs: AT_MS }).dedupeKey).toBe(first({}).dedupeKey);
  });
});

describe("times of a row", () => {
  it("are both the time of receipt when the venue sends none", () => {
    expect(first({ occurredAtMs: null })).toMatchObject({
      occurredAtMs: RECEIVED_MS,
      receivedAtMs: RECEIVED_MS,
    });
  });

  it("are refused when there is none at all, and the neighbours stay", () => {
    const { liquidations, rejects } = normalize([{ occurredAtMs: null }, {}], {
      receivedAtMs: null,
    });
    expect(rejects).toEqual([{ reason: "time", detail: "receivedAtMs is null" }]);
    expect(liquidations.map((row) => row.receivedAtMs)).toEqual([AT_MS]);
  });
});
