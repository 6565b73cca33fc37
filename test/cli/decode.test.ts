import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode } from "../../src/cli/decode.ts";
import { VENUES } from "../../src/feeds/index.ts";
import { recordedIo } from "./recorded-io.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));
const TS = 1_791_435_480_289;

let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "liqwatch-decode-"));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Runs the command in-process; both outputs as the JSON lines they are. */
async function run(args: readonly string[], stdin = "") {
  const io = recordedIo();
  const stdinOf = async function* () {
    yield Buffer.from(stdin);
  };
  const code = await decode(args, { ...io, stdin: stdinOf() });
  const read = (text: string) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { code, rows: read(io.written.out), rejects: read(io.written.err) };
}

function okxFrame(ts: number, instId = "BTC-USDT-SWAP"): string {
  const detail = { bkPx: "60000", posSide: "long", side: "sell", sz: "2", ts: String(ts) };
  const data = [{ instId, details: [detail] }];
  return JSON.stringify({ arg: { channel: "liquidation-orders", instType: "SWAP" }, data });
}

describe("decode of the fixtures", () => {
  it.each(VENUES)(
    "gives the rows of $title their money where the contract is known",
    async ({ id }) => {
      const { code, rows } = await run([id, join(FIXTURES, `${id}.ndjson`)]);
      expect(code).toBe(0);
      const known = rows.filter((row) => row.asset !== null);
      // Bitfinex tells of positions before it has a price for them; the unit of Bitget's
      // coin-margined amounts is not known.
      const priced = known.filter((row) => row.price !== null && row.size !== null);
      expect(priced.filter((row) => row.notionalUsd === null)).toEqual([]);
      expect(new Set(known.map((row) => row.positionSide))).toEqual(new Set(["long", "short"]));
    },
  );

  it("gives what Lighter sends on subscribe as history", async () => {
    const { rows } = await run(["lighter", join(FIXTURES, "lighter.ndjson")]);
    expect(rows.filter((row) => row.history)).toHaveLength(8);
    expect(rows.filter((row) => row.history && row.notionalUsd === null)).toEqual([]);
  });

  it("gives z x ap on USD-M and contracts x contract size on COIN-M", async () => {
    const { code, rows, rejects } = await run(["binance", join(FIXTURES, "binance.ndjson")]);
    expect(code).toBe(0);
    expect(rejects).toEqual([]);
    expect(rows.map((row) => [row.symbol, row.positionSide, row.notionalUsd])).toEqual([
      ["牛来USDT", "long", 977.81],
      ["BTCUSDT", "long", 138.74],
      ["BTCUSD_200925", "long", 100],
      ["BTCUSD_PERP", "long", 230_400],
      ["AINUSDT", "long", 72.1],
      ["1000PEPEUSDT", "short", 4],
      ["ETHUSD_PERP", "short", 250],
    ]);
  });

  it("gives long for Bybit's Buy and names the retired topic with its line", async () => {
    const { code, rows, rejects } = await run(["bybit", join(FIXTURES, "bybit.ndjson")]);
    expect(code).toBe(0);
    expect(rejects).toEqual([
      {
        line: 2,
        code: "LIQ_DECODE",
        reason: "retired-topic",
        detail: 'topic is "liquidation.BTCUSDT"',
      },
    ]);
    expect(rows.map((row) => [row.symbol, row.positionSide, row.notionalUsd])).toEqual([
      ["ROSEUSDT", "short", 899.8],
      ["BTCUSDT", "long", 7_500.01],
      ["BTCUSDT", "short", 183],
      ["BTCUSDT", "short", 183],
      ["BTCUSD", "long", 3_000],
    ]);
    expect(new Set(rows.map((row) => row.dedupeKey)).size).toBe(5);
  });

  it("gives every row of every entry on OKX", async () => {
    const { code, rows, rejects } = await run(["okx", join(FIXTURES, "okx.ndjson")]);
    expect(code).toBe(0);
    expect(rejects).toEqual([]);
    expect(rows.map((row) => [row.symbol, row.positionSide, row.notionalUsd])).toEqual([
      ["IOST-USDT-SWAP", "short", 101.8],
      ["CNPY-USDT-SWAP", "short", null],
      ["MUBARAK-USDT-SWAP", "long", null],
      ["BTC-USDT-SWAP", "long", 1_500],
      ["BTC-USDT-SWAP", "short", 2_020],
      ["BTC-USD-SWAP", "long", 300],
    ]);
  });
});

describe("decode's lines", () => {
  it("have the documented keys in their order", async () => {
    const { rows } = await run(["okx"], okxFrame(TS));
    expect(JSON.stringify(rows)).toBe(
      JSON.stringify([
        {
          venue: "okx",
          symbol: "BTC-USDT-SWAP",
          market: "BTC/USDT:USDT",
          asset: "BTC",
          positionSide: "long",
          kind: "liquidation",
          price: 60_000,
          priceKind: "bankruptcy",
          size: 0.02,
          notionalUsd: 1_200,
          occurredAtMs: TS,
          receivedAtMs: TS,
          orderKey: `okx|BTC-USDT-SWAP|liquidation|long|${TS}|2|60000|0`,
          history: false,
          dedupeKey: `okx|BTC-USDT-SWAP|liquidation|long|${TS}|2|60000|0`,
        },
      ]),
    );
  });

  it("may be bare frames, timed frames as text or object, fixtures and recorded lines", async () => {
    const frame = okxFrame(TS);
    const recorded = { venue: "okx", connection: "okx/public#1", receivedAtMs: TS - 5 };
    const lines = [
      frame,
      JSON.stringify({ receivedAtMs: TS + 1, frame }),
      JSON.stringify({ receivedAtMs: TS + 2, frame: JSON.parse(frame) }),
      JSON.stringify({ kind: "liquidation", source: "a test", message: JSON.parse(frame) }),
      JSON.stringify({ ...recorded, event: "subscribed", reason: null }),
      JSON.stringify({ ...recorded, receivedAtMs: TS + 3, frame }),
      JSON.stringify({
        ...recorded,
        receivedAtMs: TS + 4,
        frameBase64: Buffer.from(frame).toString("base64"),
      }),
      "ping",
      "",
      JSON.stringify({ ...recorded, venue: "bybit", frame: "nonsense" }),
      JSON.stringify({ receivedAtMs: TS, context: {} }),
    ];
    const { rows, rejects } = await run(["okx", "-"], lines.join("\n"));
    expect(rejects).toEqual([]);
    expect(rows.map((row) => row.receivedAtMs - TS)).toEqual([0, 1, 2, 0, 3, 4]);
    // No dedupe across lines, and one frame is one frame: the ordinal stays 0.
    expect(new Set(rows.map((row) => row.dedupeKey)).size).toBe(1);
  });

  it("take an absent time of receipt from the push time, else from the latest event", async () => {
    const entry = { T: TS, s: "BTCUSDT", S: "Buy", v: "1", p: "60000" };
    const frame = { topic: "allLiquidation.BTCUSDT", ts: TS + 400, data: [entry] };
    const late = { ...frame, ts: undefined, data: [entry, { ...entry, T: TS + 9 }] };
    const lines = [frame, late].map((one) => JSON.stringify(one)).join("\n");
    const { rows } = await run(["bybit"], lines);
    expect(rows.map((row) => row.receivedAtMs - TS)).toEqual([400, 9, 9]);
  });

  it("tell a row of next week as future and keep it out of the output", async () => {
    const line = JSON.stringify({ receivedAtMs: TS - 300_001, frame: okxFrame(TS) });
    const { code, rows, rejects } = await run(["okx"], line);
    expect([code, rows]).toEqual([0, []]);
    expect(rejects).toMatchObject([{ line: 1, code: "LIQ_DECODE", reason: "future" }]);
  });

  it("go on after every bad one and end with 0", async () => {
    const deep = `{"message":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    const lines = ["{", deep, '{"receivedAtMs":5,"frame":"x"}', '{"frame":null}', okxFrame(TS)];
    const { code, rows, rejects } = await run(["okx"], lines.join("\n"));
    expect(code).toBe(0);
    expect(rows).toHaveLength(1);
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
      [1, "json"],
      [2, "shape"],
      [3, "time"],
      [4, "shape"],
    ]);
  });
});

describe("decode --instruments", () => {
  const listing = {
    code: "0",
    data: [
      {
        instId: "NEW-USDT-SWAP",
        uly: "NEW-USDT",
        ctType: "linear",
        ctVal: "5",
        ctMult: "2",
        ctValCcy: "NEW",
        settleCcy: "USDT",
      },
    ],
  };

  it("reads REST pages and our own format", async () => {
    const page = join(directory, "page.json");
    await writeFile(page, JSON.stringify(listing));
    const ours = join(directory, "ours.json");
    const names = { venue: "okx", symbol: "NEW-USDT-SWAP", market: "NEW/USDT:USDT", asset: "NEW" };
    const facts = { multiplier: 1, quote: "USDT", isInverse: false, contractSize: "10" };
    await writeFile(ours, JSON.stringify({ instruments: [{ ...names, ...facts }] }));
    for (const file of [page, ours]) {
      const { rows } = await run(["okx", "--instruments", file], okxFrame(TS, "NEW-USDT-SWAP"));
      expect(rows).toMatchObject([{ asset: "NEW", size: 20, notionalUsd: 1_200_000 }]);
    }
  });

  it("fails by name when the file is missing or holds no contract of the venue", async () => {
    const empty = join(directory, "empty.json");
    await writeFile(empty, "{}");
    await expect(run(["okx", "--instruments", empty])).rejects.toThrow(
      `No contract of okx in ${empty}`,
    );
    const missing = join(directory, "missing.json");
    await expect(run(["okx", "--instruments", missing])).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: expect.stringContaining(missing),
    });
  });
});

describe("decode's arguments", () => {
  it("name the unknown venue and list the known ones", async () => {
    const known = VENUES.map(({ id }) => id).join(", ");
    await expect(run(["binanse"])).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: `Unknown venue "binanse"; venues: ${known}; did you mean binance?`,
    });
  });

  it("name the file that cannot be read", async () => {
    const path = join(directory, "nowhere.ndjson");
    await expect(run(["okx", path])).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: expect.stringContaining(path),
    });
  });
});
