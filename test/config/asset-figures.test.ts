import { describe, expect, test } from "vitest";
import { overriddenRules } from "../../src/config/overrides.ts";
import { ruleFor } from "../../src/rule.ts";
import { linesOf, load } from "./loading.ts";

const RULES = `rules:
  - { name: big, scope: asset, filter: { assets: ["@large-caps"] }, metric: notionalUsd, window: 5m, thresholds: { low: 100, medium: 200, high: 400, critical: 800 } }
  - { name: all, scope: asset+side, filter: { excludeAssets: [SOL] }, metric: count, window: 60s, thresholds: { low: 5, medium: 10, high: 20, critical: 40 } }
  - { name: market, scope: market, metric: count, window: 60s, thresholds: { low: 1, medium: 2, high: 3, critical: 4 } }
`;

describe("thresholds of single assets", () => {
  const file = `${RULES}overrides:
  DOGE: { big: { thresholds: { low: 50, medium: 60 } }, all: { thresholds: { critical: 1000 } } }
  XRP: { big: { thresholds: { low: 1, medium: 2, high: 3, critical: 4 } } }
`;

  test("stand in place of the rule's, figure by figure", () => {
    const [big, all, market] = load(file).rules;
    expect(big?.thresholdsByAsset).toEqual({
      DOGE: { low: 50, medium: 60 },
      XRP: { low: 1, medium: 2, high: 3, critical: 4 },
    });
    expect(all?.thresholdsByAsset).toEqual({ DOGE: { critical: 1000 } });
    expect(market?.thresholdsByAsset).toBeUndefined();
    if (big === undefined) throw new Error("No rule");
    const ofDoge = { low: 50, medium: 60, high: 400, critical: 800 };
    expect(ruleFor(big, "DOGE").thresholds).toEqual(ofDoge);
    expect(ruleFor(big, "SOL")).toBe(big);
    expect(ruleFor(big, null)).toBe(big);
    expect(ruleFor(big, "constructor")).toBe(big);
  });

  test("hold for default rules as well", () => {
    const rules = load("overrides: { BTC: { majors: { thresholds: { low: 2000000 } } } }").rules;
    const majors = rules.find(({ name }) => name === "majors");
    expect(majors?.thresholdsByAsset).toEqual({ BTC: { low: 2_000_000 } });
  });

  test.each([
    [
      "DOGEE: { big: { thresholds: { low: 50 } } }",
      'overrides.DOGEE: "DOGEE"',
      "did you mean DOGE?",
    ],
    [
      "doge: { big: { thresholds: { low: 50 } } }",
      'overrides.doge: "doge"',
      "an asset in capitals; did you mean DOGE?",
    ],
    [
      "DOGE: { bg: { thresholds: { low: 50 } } }",
      'overrides.DOGE.bg: "bg"',
      "one of big, all, market; did you mean big?",
    ],
    [
      "DOGE: { market: { thresholds: { low: 1.5 } } }",
      'overrides.DOGE.market: "market"',
      "a rule with scope asset",
    ],
    [
      "BTC: { big: { thresholds: { low: 50 } } }",
      'overrides.BTC.big: "big"',
      "a rule whose filter lets BTC through",
    ],
    ["SOL: { all: { thresholds: { low: 4 } } }", 'overrides.SOL.all: "all"', "lets SOL through"],
    [
      "DOGE: { big: { thresholds: { low: 200 } } }",
      "overrides.DOGE.big.thresholds.medium: 200",
      "more than low (200)",
    ],
    [
      "DOGE: { big: { thresholds: { low: 0 } } }",
      "overrides.DOGE.big.thresholds.low: 0",
      "a number above 0",
    ],
    ["DOGE: { big: { threshold: { low: 1 } } }", "overrides.DOGE.big.thresholds: nothing", "a map"],
    [
      "DOGE: { big: { thresholds: { lowest: 1 } } }",
      "overrides.DOGE.big.thresholds.lowest: unknown key",
      "one of low, medium, high, critical",
    ],
  ])("%s is refused", (written, place, expected) => {
    const [first] = linesOf(`${RULES}overrides:\n  ${written}\n`);
    expect(first).toContain(place);
    expect(first).toContain(expected);
  });

  test("of a coin that is listed later are for assets that a list names", () => {
    const own = "  NEWCOIN: { all: { thresholds: { low: 4 } } }\n";
    const [refused] = linesOf(`${RULES}overrides:\n${own}`);
    expect(refused).toContain("an asset that comes with liqwatch or stands in assetLists");
    const listed = load(`${RULES}assetLists: { mine: [NEWCOIN] }\noverrides:\n${own}`);
    expect(listed.rules[1]?.thresholdsByAsset).toEqual({ NEWCOIN: { low: 4 } });
  });

  test("go on over thresholds that admins set, which they must still rise with", () => {
    const [big] = load(file).rules;
    if (big === undefined) throw new Error("No rule");
    const change = (low: number) => ({
      ...{ atMs: 1, who: { by: "telegram:1", name: null }, action: "set" as const },
      ...{ rule: "big", metric: big.metric, before: big.thresholds, after: big.thresholds },
      override: { high: low },
    });
    const { rules } = overriddenRules([big], [change(500)]);
    expect(rules[0]).toMatchObject({ thresholds: { high: 500 }, thresholdsByAsset: { DOGE: {} } });
    const { rules: kept, states } = overriddenRules(
      [{ ...big, thresholdsByAsset: { DOGE: { medium: 390 } } }],
      [{ ...change(0), override: { high: 300 } }],
    );
    expect(kept[0]?.thresholds.high).toBe(400);
    expect(states[0]?.ignoredReason).toBe(
      "thresholds.high for DOGE would be 300, expected more than medium (390)",
    );
  });
});

describe("widths of price levels", () => {
  test("are set by asset", () => {
    const { priceLevels } = load("priceLevels: { widths: { BTC: 50, PEPE: 0.0000001 } }");
    expect(priceLevels).toEqual({ widths: { BTC: 50, PEPE: 1e-7 } });
    expect(load(null).priceLevels).toEqual({ widths: {} });
  });

  test("of unknown assets, and none above 0, are refused", () => {
    expect(linesOf("priceLevels: { widths: { BTTC: 50, ETH: 0, SOL: -1 } }")).toEqual([
      "priceLevels.widths.ETH: 0, a number above 0",
      "priceLevels.widths.SOL: -1, a number above 0",
      expect.stringMatching(/^priceLevels\.widths\.BTTC: "BTTC", an asset that comes/),
    ]);
  });
});
