/**
 * `node scripts/calm-days.mjs [--days N] [--seed N] [--usd N] > days.ndjson`: invented days without a
 * crash, for `replay` and `backtest`. They say nothing about any real day.
 */
import { parseArgs } from "node:util";
import { bundledShares } from "../dist/config/venue-shares.js";
import { calmDays } from "../dist/demo/calm-days.js";
import { readEnvelope } from "../dist/demo/envelope.js";
import { bundledInstruments } from "../dist/feeds/instruments.js";

const ASSETS = 100;
const START_MS = Date.UTC(2026, 10, 2);

const { values } = parseArgs({
  options: {
    days: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
    usd: { type: "string", default: "200000000" },
  },
});

const { assets } = readEnvelope();
const last = assets.at(-1);
const known = new Set(assets.map(({ asset }) => asset));
const rare = [...new Set(bundledInstruments().assets())].filter((asset) => !known.has(asset));
// The published mix has 60 assets; the others are rarer than the rarest of it.
const tail = rare.slice(0, ASSETS - assets.length).map((asset, at) => {
  return { asset, meanUsd: last.meanUsd, liquidations: last.liquidations / (1 + at / 10) };
});
const rows = calmDays({
  seed: Number(values.seed),
  days: Number(values.days),
  startMs: START_MS,
  assets: [...assets, ...tail],
  venueUsd: bundledShares(),
  dayUsd: Number(values.usd),
});
let text = "";
for (const row of rows) {
  text += `${JSON.stringify(row)}\n`;
  if (text.length < 1_000_000) continue;
  if (!process.stdout.write(text)) await new Promise((done) => process.stdout.once("drain", done));
  text = "";
}
process.stdout.write(text);
