import { describe, expect, test } from "vitest";
import { readFigures, readThresholdWords } from "../../src/commands/threshold-words.ts";

const RULES = ["majors", "large-caps", "whale 60s", "5m", "log"];
const isRule = (name: string) => RULES.includes(name.toLowerCase());
const read = (text: string) => {
  const { action, name, figures } = readThresholdWords(text.split(" "), isRule);
  return { action, name, ...Object.fromEntries(figures) };
};

describe("words behind /thresholds", () => {
  test.each([
    ["", { action: null, name: "" }],
    ["majors", { action: null, name: "majors" }],
    ["whale 60s", { action: null, name: "whale 60s" }],
    ["set majors low=2m", { action: "set", name: "majors", low: "2m" }],
    ["majors low=2m", { action: "set", name: "majors", low: "2m" }],
    ["LOW=$2.5M set Majors", { action: "set", name: "Majors", low: "$2.5M" }],
    ["low 2m majors high 30m", { action: "set", name: "majors", low: "2m", high: "30m" }],
    ["majors low = 2m high: $30m", { action: "set", name: "majors", low: "2m", high: "$30m" }],
    ["set whale 60s low=2m", { action: "set", name: "whale 60s", low: "2m" }],
    ["set 5m low=2m", { action: "set", name: "5m", low: "2m" }],
    ["set log low=2m", { action: "set", name: "log", low: "2m" }],
    [
      "large-caps 1m 2m 6m 20m",
      { action: "set", name: "large-caps", low: "1m", medium: "2m", high: "6m", critical: "20m" },
    ],
    ["set low majors", { action: "set", name: "low majors" }],
    ["low=", { action: "set", name: "", low: "" }],
    ["revert", { action: "revert", name: "" }],
    ["majors revert", { action: "revert", name: "majors" }],
    ["confirm 4827", { action: "confirm", name: "4827" }],
    ["4827 confirm", { action: "confirm", name: "4827" }],
    ["log", { action: "log", name: "" }],
    ["constructor=5", { action: null, name: "constructor=5" }],
  ])("%s", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ["set majors 2m", /^"2m" is no level's: write low=2m/],
    ["majors low=1m 2m", /^"2m" is no level's/],
    ["majors 1m 2m 3m", /no level's/],
    ["majors low=1m low=2m", /^Low stands there twice$/],
  ])("%s is asked back", (text, expected) => {
    expect(() => read(text)).toThrow(expected);
  });
});

describe("figures", () => {
  const low = (typed: string, metric: Parameters<typeof readFigures>[1] = "notionalUsd") =>
    readFigures(new Map([["low", typed]]), metric).low;

  test.each([
    ["$2.5m", 2_500_000],
    ["2.5M", 2_500_000],
    ["2,500,000", 2_500_000],
    ["$600k", 600_000],
    ["1b", 1_000_000_000],
    ["0.015", 0.01],
    ["750usd", 750],
    ["0", 0],
  ])("%s is money", (typed, usd) => {
    expect(low(typed)).toBe(usd);
    expect(low(typed, "largestUsd")).toBe(usd);
    expect(low(`${typed}/s`, "usdPerSecond")).toBe(usd);
  });

  test.each([
    ["50", 50],
    ["2.5", 2.5],
    ["1,200", 1_200],
    ["1.5k", 1_500],
  ])("%s is a count", (typed, count) => {
    expect(low(typed, "count")).toBe(count);
  });

  test.each(["", "abc", "-5", "1e9", "5%", "$", "5m5", "<b>1</b>", "9".repeat(40), "١"])(
    "%j is none of the kind",
    (typed) => {
      expect(() => low(typed)).toThrow(/^Low is ".*", expected money such as \$2\.5m$/);
      expect(() => low(typed, "count")).toThrow(/^Low is ".*", expected a count such as 50$/);
    },
  );

  test("money is no count", () => {
    expect(() => low("$50", "count")).toThrow('Low is "$50", expected a count such as 50');
  });
});
