import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import type { Coverage } from "../../src/coverage.ts";
import { LiqError } from "../../src/errors.ts";
import { type RenderOptions, renderMessage } from "../../src/render/message.ts";
import { plainLines } from "../../src/render/plain.ts";
import { TITLE_CHARS } from "../../src/render/title.ts";
import { METRICS, SCOPES, SEVERITIES } from "../../src/rule.ts";
import { AT_MS, decision, MARKET_WINDOW, NOTES, snapshot } from "./samples.ts";

function message(told: Decision, over: Partial<RenderOptions> = {}) {
  return renderMessage([told], {
    incidentNumber: 20_417,
    nowMs: told.atMs + 1_500,
    label: null,
    silentBelow: "HIGH",
    venueNotes: NOTES,
    ...over,
  });
}
const text = (told: Decision, over: Partial<RenderOptions> = {}): string =>
  plainLines(message(told, over)).join("\n");

describe("what a channel reads", () => {
  test("an asset's alert", () => {
    expect(text(decision())).toBe(`🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)
Forced selling. BTC 67,412 → 66,868 (-0.81%) by liquidations on Bybit.
Longs $6.81M (92%) · shorts $610K (8%) · 83 liquidations
Largest $1.12M long, Bybit @ 66,930 (bankruptcy price)
Avg liq price 67,060
Bybit $3.41M 46% · Binance $2.75M 37% · OKX $1.26M 17%
At least this much: Binance shows max 1 per symbol per second; OKX does not show the total. Not seen: OKX since 14:02 UTC. 2 of 3 venues watched.
14:06:12 UTC · #A-20417 · opened`);
  });

  test("a market-wide alert", () => {
    const told = decision({
      scope: "market",
      scopeKey: "market",
      severity: "HIGH",
      value: 184_600_000,
      window: snapshot(MARKET_WINDOW),
      coverage: { watched: ["binance", "bybit", "okx"], dark: [] },
    });
    expect(
      text(told, { incidentNumber: 118 }),
    ).toBe(`🔴 MARKET longs liquidated: $185M in 5 min (HIGH)
Forced selling in 6 assets.
Longs $172M (93%) · shorts $12.9M (7%) · 1,204 liquidations
Largest $9.80M BTC long, OKX
BTC $71.8M 39% · ETH $48.0M 26% · SOL $16.6M 9% · XRP $9.20M 5% · 2 others $39.0M
Bybit $3.41M 2% · Binance $2.75M 1% · OKX $1.26M 1%
At least this much: Binance shows max 1 per symbol per second; OKX does not show the total. 3 of 3 venues watched.
14:06:12 UTC · #M-118 · opened`);
  });

  test("an alert of which too little was seen says so first", () => {
    const figure: Coverage = {
      ...{ pct: 43.2, isAssumed: true, isFull: false, isBlind: false, missing: ["binance"] },
    };
    const dark = [
      { venue: "binance" as const, sinceMs: AT_MS - 120_000 },
      { venue: "dydx" as const, sinceMs: null },
    ];
    const coverage = { watched: ["bybit" as const], dark, figure };
    const [title, ...lines] = text(decision({ coverage })).split("\n");
    expect(title).toBe("🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM, partial)");
    expect(lines.at(-2)).toBe(
      "At least this much: Binance shows max 1 per symbol per second; OKX does not show the total. Not seen: Binance since 14:04 UTC. 43.2% of the usual volume was seen, by assumed shares of venues.",
    );
    const enough = { ...coverage, figure: { ...figure, pct: 92, isAssumed: false, missing: [] } };
    const seen = text(decision({ coverage: enough }));
    expect(seen).toContain("(MEDIUM)\n");
    expect(seen).toContain("the total. 92% of the usual volume was seen.\n");
    const full = { ...coverage, figure: { ...figure, pct: 100, isFull: true, missing: [] } };
    expect(text(decision({ coverage: full }))).toContain("1 of 3 venues watched.");
    const calmed = decision({ decision: "resolved", incidentStartMs: AT_MS - 1_740_000, coverage });
    expect(text(calmed)).toMatch(/^BTC liquidations calmed: \$7.42M in 29 min, partial\n/);
  });

  test("every first line with the word partial fits a notification", () => {
    const figure: Coverage = {
      ...{ pct: 43.2, isAssumed: true, isFull: false, isBlind: false, missing: [] },
    };
    const coverage = { watched: [], dark: [], figure };
    for (const metric of METRICS) {
      for (const severity of SEVERITIES) {
        const { title } = message(decision({ metric, severity, coverage, value: 83 }));
        expect(title).toContain("partial");
        expect([...title].length, title).toBeLessThanOrEqual(TITLE_CHARS);
      }
    }
  });

  test("a score as a signal, with what it is made of and what is unknown", () => {
    const score = {
      ...{ value: 0.62, level: "ALERT" },
      parts: [
        { name: "pace", weightPct: 25, value: 0.81 },
        { name: "funding", weightPct: 10, value: null },
        { name: "open interest", weightPct: 10, value: null },
      ],
    };
    const told = decision({ metric: "cascadeScore", value: 0.62, windowMs: 10_000, score });
    expect(message(told).title).toBe(
      "🔴 BTC longs liquidated: $7.42M in 10 s, signal 0.62 (MEDIUM)",
    );
    const made = "ALERT (0.62): pace 0.81 · funding and open interest unknown";
    expect(message(told).fields).toContainEqual({ name: "Signal", value: made, isInline: false });
    expect(message(told).facts).toContain(`Signal ${made}`);
    const { score: _, ...bare } = told;
    const calm = message({ ...bare, decision: "resolved" });
    expect(calm.fields.find(({ name }) => name === "Peak score")?.value).toBe("0.62 (MEDIUM)");
  });

  test("the pace of the moment, and nothing of it when nothing came", () => {
    const at = (usdPerSecond: number, usdPerSecond2: number) => {
      const pace = { usdPerSecond, usdPerSecond2, leadingVenue: "bybit" } as const;
      const fields = message(decision({ pace })).fields;
      return fields.find(({ name }) => name === "Pace")?.value;
    };
    expect(at(58_000, -1_200)).toBe("$58K/s now, falling");
    expect(at(58_000, 0.5)).toBe("$58K/s now, rising");
    expect(at(58_000, 0)).toBe("$58K/s now");
    expect(at(0, -4)).toBe(undefined);
    const pace = { usdPerSecond: 900_000, usdPerSecond2: 1, leadingVenue: null };
    const market = decision({ scope: "market", scopeKey: "market", pace });
    expect(message(market).facts).toContain("Pace $900K/s now, rising");
  });

  test("an end, which is never called one", () => {
    const told = decision({ decision: "resolved", telling: 3, incidentStartMs: AT_MS - 1_740_000 });
    expect(text(told)).toBe(`BTC liquidations calmed: $7.42M in 29 min, 92% longs
BTC 67,412 → 66,868 (-0.81%) by liquidations on Bybit.
This says nothing about what comes next.
13:37 – 14:06 UTC · peak 5 min $7.42M (MEDIUM)
Longs $6.81M (92%) · shorts $610K (8%) · 83 liquidations
Largest $1.12M long, Bybit @ 66,930 (bankruptcy price)
Avg liq price 67,060
Bybit $3.41M 46% · Binance $2.75M 37% · OKX $1.26M 17%
At least this much: Binance shows max 1 per symbol per second; OKX does not show the total. Not seen: OKX since 14:02 UTC. 2 of 3 venues watched.
14:06:12 UTC · #A-20417 · calmed · message 3`);
  });

  test("a count of shorts on one side, late, in a demo", () => {
    const window = snapshot({ longCents: 0, shortCents: 120_000_000, byVenue: [], largest: null });
    const told = decision({
      scope: "asset+side",
      scopeKey: "ETH:short",
      metric: "count",
      value: 83,
      windowMs: 10_000,
      window: { ...window, liqVwap: null, priceChangePct: null },
      coverage: { watched: ["bybit"], dark: [] },
    });
    expect(
      text(told, { label: "SIMULATION", nowMs: AT_MS + 240_000 }),
    ).toBe(`SIMULATION DELAYED ETH shorts: 83 in 10s, $1.20M (MEDIUM)
Forced buying.
Sent 4 min late: this was 14:06 UTC.
$1.20M in 10 s
Shorts $1.20M · 83 liquidations
At least this much.
14:06:12 UTC · #A-20417 · opened`);
  });
});

describe("titles", () => {
  const both = snapshot({ longCents: 400_000_000, shortCents: 342_000_000 });
  test.each<[string, Partial<Decision>, string]>([
    [
      "shorts",
      { window: snapshot({ longCents: 0, shortCents: 742_000_000 }) },
      "🟢 BTC shorts liquidated: $7.42M in 5 min (MEDIUM)",
    ],
    ["both", { window: both }, "⚪ BTC longs and shorts liquidated: $7.42M in 5 min (MEDIUM)"],
    [
      "one row",
      { metric: "largestUsd", value: 3_120_000 },
      "🔴 One BTC long liquidated: $3.12M on Bybit (MEDIUM)",
    ],
    [
      "a pace",
      { metric: "usdPerSecond", value: 742_000 },
      "🔴 BTC longs liquidated: $742K/s for 5 min (MEDIUM)",
    ],
    [
      "one venue",
      { scope: "asset+venue", scopeKey: "BTC@okx" },
      "🔴 BTC longs liquidated on OKX: $7.42M in 5 min (MEDIUM)",
    ],
    ["a long window", { windowMs: 3_600_000 }, "🔴 BTC longs liquidated: $7.42M in 1 h (MEDIUM)"],
    [
      "seventy percent",
      { window: snapshot({ longCents: 7, shortCents: 3 }) },
      "🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)",
    ],
  ])("of %s", (_name, over, expected) => {
    expect(message(decision(over)).title).toBe(expected);
  });

  test("fit a notification for every metric, scope, severity, side and label", () => {
    const keys = {
      market: "market",
      asset: "DOGE",
      "asset+side": "DOGE:long",
      "asset+venue": "DOGE@okx",
    };
    for (const scope of SCOPES) {
      for (const metric of METRICS) {
        for (const severity of SEVERITIES) {
          for (const label of [null, "SIMULATION"] as const) {
            for (const window of [snapshot(), both]) {
              const told = decision({ scope, scopeKey: keys[scope], metric, severity, window });
              const { title } = message(
                { ...told, value: metric === "count" ? 1_204 : 184_000_000 },
                { label },
              );
              // A label costs eleven characters; the rarest wordings then run a little longer.
              const charsMax = label === null ? TITLE_CHARS : TITLE_CHARS + 4;
              expect([...title].length, title).toBeLessThanOrEqual(charsMax);
              expect(title).toContain(severity);
            }
          }
        }
      }
    }
  });

  test("carry the label first and then no colour", () => {
    const simulated = message(decision(), { label: "SIMULATION" });
    expect(simulated.title).toBe("SIMULATION ⚪ BTC longs liquidated: $7.42M in 5 min (MEDIUM)");
    expect(simulated.tone).toBe("neutral");
    expect(message(decision(), { label: "REPLAY" }).title).toMatch(/^REPLAY /);
  });
});

describe("a message", () => {
  test("never advises, forecasts or sounds an all-clear", () => {
    const forbidden =
      /\b(buy|sell|safe|over|resolved|ended|bottom|top|squeeze|rekt|moon|rocket|dip|crash|will|should|expect\w*|likely|soon|opportunit\w*|entry|target)\b/i;
    for (const kind of ["opened", "escalated", "reopened", "resolved"] as const) {
      for (const metric of METRICS) {
        const told = decision({ decision: kind, metric });
        const { fields } = message(told);
        const all = [text(told, { nowMs: AT_MS + 600_000 }), ...fields.map((field) => field.name)];
        expect(all.join("\n")).not.toMatch(forbidden);
      }
    }
  });

  test("says what became of an incident in its footer, once per telling", () => {
    expect(message(decision({ decision: "escalated", telling: 2 })).footer).toBe(
      "#A-20417 · escalated · message 2",
    );
    expect(message(decision({ decision: "escalated", severity: "HIGH" })).lines[1]).toBe(
      "Escalated to HIGH; began 14:03 UTC.",
    );
  });

  test("is silent below the target's severity and when an incident calms", () => {
    expect(message(decision()).isSilent).toBe(true);
    expect(message(decision(), { silentBelow: "LOW" }).isSilent).toBe(false);
    const calmed = message(decision({ decision: "resolved", severity: "CRITICAL" }));
    expect(calmed).toMatchObject({ isSilent: true, tone: "neutral", mayMention: false });
  });

  test("calls roles for real critical alerts alone", () => {
    const critical = decision({ severity: "CRITICAL" });
    expect(message(critical).mayMention).toBe(true);
    expect(message(critical, { label: "TEST" }).mayMention).toBe(false);
    expect(message(decision({ severity: "HIGH" })).mayMention).toBe(false);
  });

  test("names the venues that were never connected", () => {
    const told = decision({
      coverage: { watched: ["bybit"], dark: [{ venue: "okx", sinceMs: null }] },
    });
    expect(message(told).coverage).toContain("Not seen: OKX not connected yet.");
  });

  test("names the venues whose rows come late", () => {
    const behind = [{ venue: "okx", lagMs: 18_400 }] as const;
    const told = decision({ coverage: { watched: ["bybit", "okx"], dark: [], behind } });
    expect(message(told).coverage).toContain("OKX 18 s behind.");
  });

  test("needs a decision", () => {
    const options = {
      incidentNumber: 7,
      nowMs: 0,
      label: null,
      silentBelow: "LOW",
      venueNotes: {},
    } as const;
    expect(() => renderMessage([], options)).toThrow(LiqError);
  });
});
