import { describe, expect, test } from "vitest";
import {
  type Argument,
  type Arguments,
  parseMoney,
  parseSpan,
  quoted,
  readArguments,
} from "../../src/commands/arguments.ts";
import { ASSETS, FEEDS } from "./samples.ts";

const ALL: readonly Argument[] = [
  ...(["asset", "venue", "window", "money"] as const).map((shape) => ({ shape, summary: "" })),
  { shape: "count", max: 25, summary: "" },
  { shape: "word", words: ["suppressed"], summary: "" },
];
const MUTING: readonly Argument[] = [
  { shape: "asset", summary: "" },
  { shape: "duration", summary: "" },
];
const known = { assets: [...ASSETS, "DYDX", "GATE"], venues: FEEDS, rules: ["whale"] };

function read(text: string, takes = ALL): Partial<Arguments> | string {
  const answer = readArguments(text.split(/\s+/), { takes, known });
  if ("problem" in answer) return answer.problem;
  const said = Object.entries(answer.args).filter(([, value]) => value !== null);
  return Object.fromEntries(said.filter(([name]) => name !== "words"));
}

describe("arguments are recognized by their shape, in any order", () => {
  test.each([
    ["btc 5m bybit", { asset: "BTC", windowMs: 300_000, venue: "bybit" }],
    ["Bybit 5m $BTC", { asset: "BTC", windowMs: 300_000, venue: "bybit" }],
    ["$2.5m 5m", { minCents: 250_000_000, windowMs: 300_000 }],
    ["10 24h suppressed", { count: 10, windowMs: 86_400_000, word: "suppressed" }],
    ["5 min ETHUSDT", { asset: "ETH", windowMs: 300_000 }],
    ["24 hours", { windowMs: 86_400_000 }],
    ["1d @okx", { windowMs: 86_400_000, venue: "okx" }],
    ["okex", { venue: "okx" }],
    ["all", {}],
    ["btc BTCUSDT", { asset: "BTC" }],
    ["$dydx", { asset: "DYDX" }],
    ["dydx", { asset: "DYDX" }],
    ["gate", { asset: "GATE" }],
  ])("%s", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test("a time is a duration where the command takes one", () => {
    expect(read("2h btc", MUTING)).toEqual({ asset: "BTC", durationMs: 7_200_000 });
  });

  test.each([
    ["btc eth", '"btc" and "eth": one at a time, please.'],
    ["5m 1h", '"5m" and "1h": one at a time, please.'],
    ["bybit okx", '"bybit" and "okx": one at a time, please.'],
    ["99", '"99": between 1 and 25, please.'],
    ["0", '"0": between 1 and 25, please.'],
    ["999999", '"999999": between 1 and 25, please.'],
    ["bitmex", '"bitmex" is not listened to here; feeds: Binance, Bybit, OKX.'],
    ["soll", 'No asset or venue called "soll" is known. Did you mean SOL?'],
    ["-5m", 'No asset or venue called "-5m" is known.'],
    ["99999999999999999999", 'No asset or venue called "99999999999999999999" is known.'],
    ["<b>x</b>", 'No asset or venue called "<b>x</b>" is known.'],
    ["a b c d e f g h i j k l m", "At most 12 words, please."],
    ["$99999999999999b", 'No asset or venue called "$99999999999999b" is known.'],
  ])("%s is told", (text, problem) => {
    expect(read(text)).toBe(problem);
  });

  test("what a command does not take is said by its shape", () => {
    const takes: readonly Argument[] = [{ shape: "asset", summary: "" }];
    expect(read("5m", takes)).toBe('"5m" is a window, which this command does not take.');
    expect(read("bybit", takes)).toBe('"bybit" is a venue, which this command does not take.');
    expect(read("$5", takes)).toBe('"$5" is money, which this command does not take.');
    expect(read("5", MUTING)).toBe('"5" is a bare number; a time is written 5m or 24h.');
    expect(read("5", takes)).toBe('"5" is a bare number.');
    expect(read("anything", [])).toBe('"anything" is not understood here.');
  });
});

test.each([
  ["$2.5m", 250_000_000],
  ["$2.3m", 230_000_000],
  ["$500k", 50_000_000],
  ["$1b", 100_000_000_000],
  ["$1,000,000", 100_000_000],
  ["$0.01", 1],
  ["$0.019", 1],
  ["500kusd", 50_000_000],
  ["2.5m$", 250_000_000],
  ["2.5m", null],
  ["$", null],
  ["$-5", null],
  ["$1e9", null],
  ["$999999999999b", null],
])("%s is %s cents", (text, cents) => {
  expect(parseMoney(text)).toBe(cents);
});

test.each([
  ["100ms", 100],
  ["5min", 300_000],
  ["1hour", 3_600_000],
  ["2days", 172_800_000],
  ["0s", null],
  ["5", null],
  ["m5", null],
  ["999999999d", null],
  ["1.5h", null],
])("%s lasts %s ms", (text, ms) => {
  expect(parseSpan(text)).toBe(ms);
});

test("somebody's own word is quoted short and on one line", () => {
  expect(quoted("a\u0000b\n\u202ec")).toBe('"a b c"');
  expect(quoted("x".repeat(100))).toBe(`"${"x".repeat(30)}…"`);
});
