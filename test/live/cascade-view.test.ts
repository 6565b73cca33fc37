import { expect, test } from "vitest";
import { CascadeView } from "../../src/live/cascade-view.ts";
import { Engine } from "../../src/severity/engine.ts";
import { rowOf, ruleOf, T0 } from "../severity/samples.ts";
import { cascadeAnswers } from "./cascade-sample.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 14, 6, 12);

function fall(engine: Engine, asset: string, notionalCents: number): void {
  const rows = [1, 2, 3, 4, 5].map((one) => {
    return rowOf({ asset, receivedAtMs: T0, notionalCents, dedupeKey: `${asset}${one}` });
  });
  engine.step({ type: "rows", receivedAtMs: T0, rows });
}

function fallen(assets: readonly string[]): Engine {
  const engine = new Engine({ rules: [] });
  for (const [at, asset] of assets.entries()) fall(engine, asset, 3_000_000 + at);
  return engine;
}

test("lists what runs, most money first, and no more than asked for", () => {
  const view = new CascadeView(fallen(["ADA", "SOL", "BTC"]), "relative");
  const namesOf = (limit: number) => view.cascades(limit).map(({ asset }) => asset);
  expect([namesOf(9), namesOf(2)]).toEqual([
    ["BTC", "SOL", "ADA"],
    ["BTC", "SOL"],
  ]);
});

test("tells price changes by a mark price where one is known", () => {
  expect(
    new CascadeView(fallen(["BTC"]), "relative").cascade("BTC").running?.figures.priceSource,
  ).toBeNull();
  const engine = new Engine({ rules: [] });
  const prices = (ms: number) => {
    const referencePrices = { BTC: 60_000 - ms / 100 };
    engine.step({ type: "context", atMs: T0 + ms, referencePrices });
  };
  for (let ms = -70_000; ms <= 0; ms += 1_000) prices(ms);
  fall(engine, "BTC", 3_000_000);
  for (let ms = 1_000; ms <= 30_000; ms += 1_000) prices(ms);
  const view = new CascadeView(engine, "relative");
  const { figures } = view.cascade("BTC").running ?? {};
  expect(figures?.priceSource).toMatch(/^mark:/);
  expect(figures?.priceChangePct).toBeLessThan(0);
});

test("knows the last one, and nothing of an asset without rows", () => {
  const answers = cascadeAnswers(NOW_MS);
  expect(answers.cascade("SOL")).toMatchObject({
    running: null,
    last: { endMs: NOW_MS - 17_870_000 },
  });
  expect(answers.cascade("KAS")).toMatchObject({ window: null, running: null, last: null });
  expect(answers.cascadeLimits().orders).toBe(5);
});

test("tells the scores of an asset, by the profile of the rules in force", () => {
  const engine = fallen(["BTC"]);
  const view = new CascadeView(engine, "relative");
  const scores = view.scores("BTC");
  expect(scores?.cascade).toMatchObject({ profile: "relative", windowMs: 10_000 });
  expect(scores?.risk).toMatchObject({ isCascade: true, level: "low" });
  // Asking again at the same clock gives the same, and moves nothing of a rule.
  expect(view.scores("BTC")).toEqual(scores);
  expect(view.scores("ETH")).toBeNull();
  const rule = ruleOf({ metric: "cascadeScore", windowMs: 2_000 });
  const classic = new Engine({ rules: [rule] });
  fall(classic, "BTC", 3_000_000);
  expect(new CascadeView(classic, "relative").scores("BTC")?.cascade.profile).toBe("classic");
});
