import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/chart.ts";
import { type ChartReplyOptions, chartReply } from "../../src/render/replies/chart.ts";
import { replyCaption, replyHtml } from "../../src/render/reply.ts";
import { FEEDS, feed, NOW_MS } from "../commands/samples.ts";
import { FULL_COVERAGE } from "../severity/coverage-samples.ts";
import { SAMPLES } from "./chart-samples.ts";

const PICTURE: Picture = { bytes: new Uint8Array(1), name: "btc-1h.png", alt: "A chart" };

function reply(over: Partial<ChartReplyOptions> = {}) {
  return chartReply({
    ...{ figures: SAMPLES.crash, picture: PICTURE, asset: "BTC", venue: null },
    titleOf: (venue) => venue,
    ...{ feeds: FEEDS, samples: [], nowMs: NOW_MS, watchedSinceMs: NOW_MS - 90_000_000 },
    seen: [{ windowMs: 3_600_000, coverage: FULL_COVERAGE }],
    status: {
      ...{ role: "deciding", startedAtMs: 0, engineNowMs: NOW_MS, store: "embedded" },
      ...{ durability: "", storeTrouble: null, clockWarning: null, parkedTargets: [] },
    },
    ...over,
  });
}

describe("the reply with a chart", () => {
  test("says the figures for whoever cannot see the picture", () => {
    const { title, lines, picture } = reply();
    expect(title).toBe("BTC liquidations, 1 h");
    expect(lines.slice(0, 2)).toEqual([
      "At least $25.8M: longs $19.3M (75%), shorts $6.55M (25%)",
      "Largest $1.12M BTC long, bybit, 13:58 UTC",
    ]);
    expect(picture).toBe(PICTURE);
  });

  test("stands without a picture that was not painted in time", () => {
    const late = reply({ picture: null });
    expect(late.lines).toContain("The picture could not be drawn in time; try again.");
    expect("picture" in late).toBe(false);
  });

  test("has no picture of nothing, and no figure where nothing is seen", () => {
    expect("picture" in reply({ figures: SAMPLES.none })).toBe(false);
    const dark = FEEDS.map(({ venue }) => feed(venue, { condition: "down" }));
    const blind = reply({ figures: SAMPLES.blind, feeds: dark });
    expect(blind.warnings.join()).toMatch(/^Cannot say: Binance not seen since/);
    expect("picture" in blind).toBe(false);
  });

  test("fits under a picture: the last lines are left out, never the first", () => {
    const long = { ...reply(), lines: ["first", ...Array(30).fill("x".repeat(90))] };
    expect(replyHtml(long).length).toBeGreaterThan(1_024);
    const caption = replyCaption(long);
    expect(caption.length).toBeLessThanOrEqual(1_024);
    expect(caption).toMatch(/^<b>BTC liquidations, 1 h<\/b>\nfirst\n/);
  });
});
