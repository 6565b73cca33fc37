import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Replay, type ReplayState, STATE_VERSION } from "../../src/cli/replay-run.ts";
import { sortedJson } from "../../src/cli/report.ts";
import type { Reject } from "../../src/liquidation.ts";
import type { Rule } from "../../src/rule.ts";
import { ruleOf, T0 } from "../severity/samples.ts";

const USD_COINS = ["USDT", "USDC"];
/** Later than every fixture: what is old is late, what is ahead of us would be quarantined. */
const YEAR_MS = 365 * 86_400_000;
const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

interface Run {
  readonly replay: Replay;
  readonly rejects: readonly Reject[];
}

function run(lines: readonly unknown[], rules: readonly Rule[] = [], state?: ReplayState): Run {
  const rejects: Reject[] = [];
  const onReject = (reject: Reject) => rejects.push(reject);
  const replay = new Replay({ rules, usdCoins: USD_COINS, onReject, state: state ?? null });
  for (const line of lines) replay.line(typeof line === "string" ? line : JSON.stringify(line));
  return { replay, rejects };
}

const inputOf = ({ replay }: Run) => replay.report().input;
const alertsOf = ({ replay }: Run) =>
  replay.report().alerts.map(({ atMs, decision, scope }) => `${atMs - T0} ${decision} ${scope}`);

const event = (ms: number, over: object = {}) => ({
  venue: "okx",
  asset: "BTC",
  positionSide: "long",
  occurredAtMs: T0 + ms,
  notionalUsd: 100,
  ...over,
});

/** A Bybit frame with one liquidated long of USD 7,500. */
function bybitFrame(ms: number, price = "75000"): string {
  const row = { T: T0 + ms, s: "BTCUSDT", S: "Buy", v: "0.1", p: price };
  return JSON.stringify({
    topic: "allLiquidation.BTCUSDT",
    type: "snapshot",
    ts: T0 + ms,
    data: [row],
  });
}

const recorded = (ms: number, over: object = {}) => ({
  venue: "bybit",
  connection: "bybit#1",
  receivedAtMs: T0 + ms,
  frame: bybitFrame(ms),
  ...over,
});

describe("lines of a file", () => {
  it("are events: counted, added up and evaluated one by one", () => {
    const both = run([event(0), event(1, { asset: "ETH" })], [ruleOf()]);
    expect(inputOf(both)).toMatchObject({ frames: 0, liquidations: 2, rejected: 0 });
    expect(alertsOf(both)).toEqual(["0 opened BTC", "1 opened ETH"]);
    expect(both.replay.linesRead).toBe(2);
  });

  it("are recorded frames: decoded with the state of their connection", () => {
    const played = run([recorded(0), recorded(5, { frame: bybitFrame(5, "75001") })]);
    expect(inputOf(played)).toMatchObject({ frames: 2, liquidations: 2 });
    expect(played.replay.report().totals.byVenue).toMatchObject({
      bybit: { orders: 2, longUsd: 15_000.1 },
    });
  });

  it("give a frame as text, as JSON or in base64", () => {
    const text = bybitFrame(0);
    const object: unknown = JSON.parse(text);
    const frames = [
      recorded(0),
      recorded(1, { frame: object }),
      recorded(2, { frame: undefined, frameBase64: Buffer.from(text).toString("base64") }),
    ];
    const played = run(frames);
    expect(played.rejects).toEqual([]);
    expect(inputOf(played)).toMatchObject({ frames: 3, liquidations: 1, duplicates: 2 });
  });

  it("take fixtures as they are recorded", () => {
    const lines = readFileSync(`${FIXTURES}/bybit.ndjson`, "utf8").trimEnd().split("\n");
    const frames = lines.map((line, index) => {
      const { message }: { message: unknown } = JSON.parse(line);
      return recorded(YEAR_MS + index, { frame: message });
    });
    const played = run(frames);
    expect(played.rejects.map(({ reason }) => reason)).toEqual(["retired-topic"]);
    expect(inputOf(played)).toMatchObject({ frames: frames.length, liquidations: 5, late: 5 });
  });

  it("are connection events: coverage, and a new decoder state", () => {
    const connection = { venue: "bybit", connection: "bybit#1" };
    const played = run(
      [
        { ...connection, receivedAtMs: T0, event: "subscribed" },
        event(1),
        { ...connection, receivedAtMs: T0 + 2, event: "closed", reason: "1006" },
        event(3, { asset: "ETH" }),
      ],
      [ruleOf()],
    );
    expect(played.replay.engine.watch.note()).toEqual({
      watched: [],
      dark: [{ venue: "bybit", sinceMs: T0 + 2 }],
    });
    expect(inputOf(played)).toMatchObject({ frames: 0, liquidations: 2, rejected: 0 });
  });

  it("move the clock with market context and nothing else", () => {
    const played = run([event(0), { receivedAtMs: T0 + 80_000, context: {} }], [ruleOf()]);
    expect(alertsOf(played)).toEqual(["0 opened BTC", "69900 resolved BTC"]);
    expect(played.replay.report().day.asOfMs).toBe(T0 + 80_000);
  });

  it("run the ticks before a line with a later clock, whatever the line holds", () => {
    for (const last of [
      event(80_000, { venue: "nasdaq" }),
      recorded(80_000, { venue: "nasdaq" }),
      recorded(80_000, { venue: "gate" }),
      recorded(80_000, { frame: 5 }),
      { receivedAtMs: T0 + 80_000, event: "reset", venue: "okx" },
      event(0, { receivedAtMs: T0 + 80_000 }),
    ]) {
      const played = run([event(0), last], [ruleOf()]);
      expect(alertsOf(played)).toEqual(["0 opened BTC", "69900 resolved BTC"]);
      expect(played.replay.report().day.asOfMs).toBe(T0 + 80_000);
    }
  });

  it("are nothing when they are blank", () => {
    const played = run(["", "   ", "\t\r"]);
    expect([played.replay.linesRead, played.rejects]).toEqual([0, []]);
  });
});

describe("lines that are refused", () => {
  const cases: readonly (readonly [unknown, Reject])[] = [
    ["{not json", { reason: "json", detail: 'line is "{not json"' }],
    ["[1,2]", { reason: "shape", detail: 'line is "[1,2]"' }],
    ["null", { reason: "shape", detail: 'line is "null"' }],
    [
      event(0, { positionSide: "sell" }),
      { reason: "unknown-side", detail: 'positionSide is "sell"' },
    ],
    [recorded(0, { venue: "nasdaq" }), { reason: "shape", detail: 'venue is "nasdaq"' }],
    [recorded(0, { venue: "drift" }), { reason: "shape", detail: 'venue is "drift"' }],
    [recorded(0, { receivedAtMs: "now" }), { reason: "time", detail: 'receivedAtMs is "now"' }],
    [recorded(0, { frame: "{" }), { reason: "json", detail: expect.any(String) }],
    [
      { ...recorded(0), frame: undefined, frameBase64: 7 },
      { reason: "shape", detail: "frame is missing" },
    ],
    [
      { receivedAtMs: T0, event: "reset", venue: "okx" },
      { reason: "shape", detail: 'event is "reset"' },
    ],
    [
      { event: "open", venue: "okx" },
      { reason: "shape", detail: 'event is "open"' },
    ],
    [
      { context: {}, receivedAtMs: -1 },
      { reason: "time", detail: "receivedAtMs is -1" },
    ],
  ];
  for (const [line, reject] of cases) {
    it(`are counted and named: ${JSON.stringify(line).slice(0, 60)}`, () => {
      const played = run([line, event(5)]);
      expect(played.rejects).toEqual([reject]);
      expect(inputOf(played)).toMatchObject({ rejected: 1, liquidations: 1 });
    });
  }

  it("never stop the run, however malformed or deeply nested", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const lines = [
      deep,
      `{"venue":"bybit","connection":${deep},"receivedAtMs":${T0},"frame":"{}"}`,
      `{"venue":"bybit","connection":{"toString":1},"receivedAtMs":${T0},"event":"open"}`,
      `{"venue":"bybit","connection":"a","receivedAtMs":${T0},"frame":${deep}}`,
      `{"venue":"okx","asset":${deep},"positionSide":"long","occurredAtMs":${T0}}`,
      `{"__proto__":{"frame":"x"},"constructor":1}`,
      `{"frame":{"__proto__":1},"venue":"__proto__","receivedAtMs":${T0}}`,
    ];
    const played = run([...lines, event(9)]);
    expect(inputOf(played)).toMatchObject({ liquidations: 1 });
  });
});

describe("to rest", () => {
  it("ticks until nothing is open and every window is empty", () => {
    const played = run([event(0)], [ruleOf()]);
    played.replay.runToRest();
    expect(alertsOf(played)).toEqual(["0 opened BTC", "69900 resolved BTC"]);
    expect(played.replay.engine.isBusy).toBe(false);
    expect(played.replay.report().day.asOfMs).toBe(T0);
  });

  it("is at once where there is nothing", () => {
    const played = run([]);
    played.replay.runToRest();
    expect(played.replay.report().alerts).toEqual([]);
  });
});

describe("a saved run", () => {
  const lines = [
    recorded(0),
    { venue: "bybit", connection: "b", receivedAtMs: T0 + 10, event: "subscribed" },
    event(20),
    event(20),
    "{",
    event(900, { asset: "ETH", notionalUsd: 250 }),
    recorded(1_000),
    recorded(70_000, { frame: bybitFrame(70_000, "76000") }),
    event(95_000),
  ];

  it("goes on to the same report wherever it is cut", () => {
    const rules = [ruleOf({ resolve: { reopenWithinMs: 60_000 } })];
    const whole = run(lines, rules).replay;
    whole.runToRest();
    for (let cut = 0; cut <= lines.length; cut += 1) {
      const head = run(lines.slice(0, cut), rules).replay.save();
      const state: ReplayState = JSON.parse(JSON.stringify(head));
      expect(state.version).toBe(STATE_VERSION);
      const rest = run(lines.slice(cut), rules, state).replay;
      rest.runToRest();
      expect(sortedJson(rest.report()), `cut after ${cut}`).toBe(sortedJson(whole.report()));
    }
  });
});
