/** The worked examples of ARCHITECTURE.md: the numbers that stand there are those of the code. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MARKET_WIDE } from "../src/cascade.ts";
import { loadSettings } from "../src/config.ts";
import { canonicalDecimal, type Decimal, multiply, parseDecimal } from "../src/decimal.ts";
import { formatTimes } from "../src/render/figure.ts";
import { formatUsd } from "../src/render/money.ts";
import type { Score } from "../src/score.ts";
import { rankOf, severityOf } from "../src/severity/classify.ts";
import { Engine } from "../src/severity/engine.ts";
import { NormalBook } from "../src/severity/normal-book.ts";
import { describeRisk } from "../src/severity/risk.ts";
import { describeScore, type ScoreInputs } from "../src/severity/score.ts";
import { CLASSIC } from "../src/severity/score-classic.ts";
import { RELATIVE } from "../src/severity/score-relative.ts";
import { Watch } from "../src/severity/watch.ts";
import { edgeOf, levelOf, widthFor } from "../src/windows/level-width.ts";
import { rowOf, ruleOf, T0 } from "./severity/samples.ts";

const TEXT = readFileSync(new URL("../ARCHITECTURE.md", import.meta.url), "utf8");

const WEEK_MS = 7 * 86_400_000;
const NOW_MS = Math.ceil(T0 / 300_000) * 300_000 + WEEK_MS;
const REST = ruleOf({ thresholds: { low: 4, medium: 8, high: 16, critical: 40 } });

const three = (value: number): string => value.toFixed(3);

/** `| pace | 25 | 0.651 | 16.3 |` for each signal, and the score. */
function tableOf({ parts, value, level }: Score): string {
  const rows = parts.map(({ name, weightPct, value: of }) => {
    const points = of === null ? "" : (weightPct * of).toFixed(1);
    return `| ${name} | ${weightPct} | ${of === null ? "unknown" : three(of)} | ${points} |`;
  });
  return [...rows, `| **score** | | **${three(value)}** ${level} | |`].join("\n");
}

/** BTC: 42 orders in ten seconds, $2.4 M of longs and $0.1 M of shorts, on 3 of 7 venues. */
const BTC: ScoreInputs = {
  ...{ rows: 45, orders: 42, ordersBefore: 12, longCents: 240_000_000, shortCents: 10_000_000 },
  ...{ venues: 3, liveVenues: 7, contagion: 0 },
  ...{ openInterestUsd: 8e9, openInterestChangePct: -0.6, fundingRate8h: 0.00012 },
};

/** Two seconds of the same: 30 orders after 10, and no figure of open interest or funding. */
const FAST: ScoreInputs = {
  ...{ rows: 31, orders: 30, ordersBefore: 10, longCents: 150_000_000, shortCents: 0 },
  ...{ venues: 3, liveVenues: 7, contagion: 0.45 },
  ...{ openInterestUsd: null, openInterestChangePct: null, fundingRate8h: null },
};

/** The fall of the example: one frame a second, the money of each split evenly. */
const FALL = [
  ["BTC", 12, 3_000_000, "long"],
  ["SOL", 9, 900_000, "long"],
  ["XRP", 4, 700_000, "long"],
  ["DOGE", 6, 200_000, "long"],
  ["ETH", 7, 1_200_000, "short"],
] as const;

/** A line of the table for each second of the fall, and what the rule did. */
function marketTable(): string {
  const rules = loadSettings({ file: null, env: {}, needsNotifiers: false }).rules;
  const engine = new Engine({ rules: rules.filter(({ name }) => name === MARKET_WIDE) });
  const openInterest = { coins: 0, inverseUsd: 8e9, contracts: 1 };
  const assets = { BTC: { openInterest, funding: null, price: null } };
  const reading = { venue: "bybit" as const, everyMs: 60_000, assets };
  engine.step({ type: "context", atMs: T0, referencePrices: {}, reading });
  const sums = { all: 0, long: 0 };
  const usd = (value: number) => `$${value.toLocaleString("en-US")}`;
  const lines = FALL.map(([asset, orders, money, positionSide], at) => {
    const receivedAtMs = T0 + (at + 1) * 1_000;
    const rows = Array.from({ length: orders }, (_, row) => {
      const notionalCents =
        Math.floor((money * 100) / orders) + (row < (money * 100) % orders ? 1 : 0);
      const dedupeKey = `${asset}${row}`;
      return rowOf({ asset, positionSide, receivedAtMs, notionalCents, dedupeKey });
    });
    const [decision] = engine.step({ type: "rows", receivedAtMs, rows }).decisions;
    sums.all += money;
    if (positionSide === "long") sums.long += money;
    const line = engine.cascades.stateOf(asset, receivedAtMs).line.usd;
    const told = decision === undefined ? "" : `${decision.decision} ${decision.severity} `;
    const cells = [at + 1, asset, orders, usd(money), usd(line), engine.cascades.running];
    const share = `${Math.round((sums.long / sums.all) * 100)}%`;
    return `| ${[...cells, usd(sums.all), share].join(" | ")} | ${told}|`;
  });
  return lines.join("\n");
}

describe("ARCHITECTURE.md", () => {
  it("works out a cascade of the whole market", () => {
    expect(TEXT).toContain(marketTable());
  });

  it("works out a score of the relative profile", () => {
    expect(TEXT).toContain(tableOf(describeScore(RELATIVE, BTC)));
  });

  it("works out a score of the classic profile, without open interest and funding", () => {
    expect(TEXT).toContain(tableOf(describeScore(CLASSIC, FAST)));
  });

  it("works out what is usual for an asset", () => {
    const [, ...rows] = section("**Worked example.** In 7 days KAS");
    expect(rows.slice(1)).toEqual(
      [260_000, 380_000, 590_000, 3_900_000].map((usd) => {
        const times = usual().timesNormal("KAS", usd * 100, NOW_MS) ?? 0;
        const rank = rankOf(REST, times, usd * 100);
        const severity = rank === 0 ? "none" : severityOf(rank);
        return `| ${formatUsd(usd * 100)} | ${formatTimes(times)} | ${severity} |`;
      }),
    );
  });

  it("works out widths and levels", () => {
    const [, , ...rows] = section("**Price levels**");
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      const price = Number(row.split("|")[1]);
      const width = widthFor(price);
      const level = width && levelOf(price, width);
      if (width === null || level === null) throw new RangeError(`No level of ${price}`);
      const part = multiply(decimalOf(String(price)), decimalOf("0.0015"));
      const cells = [price, part, edgeOf(1, width), level, edgeOf(level, width)];
      expect(row).toBe(`| ${cells.map(plain).join(" | ")} |`);
    }
  });

  it("works out a risk score", () => {
    // ETH: 24 orders of $1.8 M in 60 s, $1.5 M of it longs.
    const risk = describeRisk({
      ...{ isCascade: true, orders: 24, longCents: 150_000_000, shortCents: 30_000_000 },
      ...{ densestCents: 60_000_000, largeCents: 90_000_000, venues: 2 },
    });
    expect(TEXT).toContain(tableOf(risk));
  });
});

/** The lines of the first table after these words: head, rule, rows. */
function section(words: string): readonly string[] {
  const after = TEXT.slice(TEXT.indexOf(words)).split("\n");
  const from = after.findIndex((line) => line.startsWith("|"));
  const length = after.slice(from).findIndex((line) => !line.startsWith("|"));
  return after.slice(from, from + length);
}

/** 20 windows of $5K, $10K and so on to $100K in 7 days. */
function usual(): NormalBook {
  const book = new NormalBook(new Watch([]));
  book.advance(NOW_MS - WEEK_MS);
  for (let at = 1; at <= 20; at += 1) {
    const receivedAtMs = NOW_MS - WEEK_MS + at * 7 * 3_600_000;
    const dedupeKey = String(at);
    const row = rowOf({ asset: "KAS", notionalCents: at * 500_000, receivedAtMs, dedupeKey });
    book.add(row, receivedAtMs);
  }
  return book;
}

/** Without exponents. */
function plain(value: string | number | Decimal): string {
  if (typeof value === "object") {
    return canonicalDecimal(`${value.units}e-${value.scale}`) ?? "";
  }
  return canonicalDecimal(String(value)) ?? "";
}

function decimalOf(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (decimal === null) throw new RangeError(`${text} is no decimal`);
  return decimal;
}
