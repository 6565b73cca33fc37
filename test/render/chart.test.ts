import { describe, expect, test } from "vitest";
import type { ChartFigures } from "../../src/chart.ts";
import { chartAlt, chartName, chartSvg } from "../../src/render/chart.ts";
import { END_MS, figuresOf, SAMPLES } from "./chart-samples.ts";

const titleOf = (venue: string) => `${venue.charAt(0).toUpperCase()}${venue.slice(1)}`;
const REAL = { label: null, titleOf };

/** The words of a picture, a line per text. */
function textsOf(figures: ChartFigures, label: "SIMULATION" | null = null): readonly string[] {
  const svg = chartSvg(figures, { label, titleOf });
  return [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text = ""]) =>
    text.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
  );
}

/** Top and bottom of each bar of one colour. */
function barsIn(svg: string, color: string): readonly (readonly [number, number])[] {
  const d = new RegExp(`<path d="([^"]*)" fill="${color}"`).exec(svg)?.[1] ?? "";
  return [...d.matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(([, zero, end]) => {
    return [Number(zero), Number(end)] as const;
  });
}

describe("charts are as written down; vitest -u writes them anew", () => {
  test.each(Object.entries(SAMPLES))("%s", async (name, figures) => {
    const label = name === "demo" ? "SIMULATION" : null;
    await expect(chartSvg(figures, { label, titleOf })).toMatchFileSnapshot(`charts/${name}.svg`);
  });
});

describe("a chart", () => {
  test("says first whose money, how long, how much and on which side", () => {
    const texts = textsOf(SAMPLES.crash);
    expect(texts.slice(0, 4)).toEqual([
      "BTC liquidations, last 1 h",
      "≥ $25.8M",
      "▲ shorts $6.55M (25%)    ▼ longs $19.3M (75%)    ━ price 66,421 (-1.5%)",
      "◆ largest $1.12M long, Bybit, 13:58:00 UTC",
    ]);
    expect(texts.slice(-2)).toEqual([
      "At least: 98.7% of the usual volume seen",
      "per 1 min · 14:06:30 UTC",
    ]);
  });

  test("draws shorts upwards and longs downwards on one scale", () => {
    const figures = figuresOf({
      asset: "BTC",
      bars: [
        [300, 100],
        [150, 0],
      ],
    });
    const svg = chartSvg(figures, REAL);
    const [up] = barsIn(svg, "#2fbf71");
    const down = barsIn(svg, "#f2545b");
    expect(down).toHaveLength(2);
    const [older, newer] = down.map(([zero, end]) => end - zero);
    expect((newer ?? 0) / (older ?? 1)).toBeCloseTo(2, 1);
    expect((newer ?? 0) / ((up?.[0] ?? 0) - (up?.[1] ?? 0))).toBeCloseTo(3, 1);
  });

  test("shows the smallest money beside the largest", () => {
    const figures = figuresOf({
      asset: "BTC",
      bars: [
        [1, 0],
        [1_000_000_000_00, 0],
      ],
    });
    const [, tiny] = barsIn(chartSvg(figures, REAL), "#f2545b");
    expect((tiny?.[1] ?? 0) - (tiny?.[0] ?? 0)).toBe(1.5);
  });

  test("says that it cannot say, and draws no zero for what nobody saw", () => {
    const texts = textsOf(SAMPLES.blind);
    expect(texts).toContain("cannot say");
    expect(texts).toContain("Cannot say: the main venues are not seen");
    expect(texts.join("\n")).not.toMatch(/≥|At least|longs/);
    expect(textsOf(SAMPLES.none)).toContain("None seen. Quiet is normal.");
  });

  test("calls a figure partial, hatches what was not seen and says what hatching means", () => {
    const texts = textsOf(SAMPLES.gap);
    expect(texts[1]).toBe("≥ $9.44M (partial)");
    expect(texts.at(-2)).toBe("At least: 71.2% of the usual volume seen, hatched: under 80%");
    const svg = chartSvg(SAMPLES.gap, REAL);
    const [, d = ""] = /<path d="([^"]*)" stroke="#3a4353"/.exec(svg) ?? [];
    const xs = [...d.matchAll(/M([\d.]+) [\d.]+l([\d.]+)/g)].flatMap(([, x, length]) => {
      return [Number(x), Number(x) + Number(length)];
    });
    const x = (minutesAgo: number) => 70 + ((60 - minutesAgo) / 60) * (535.3 - 70);
    expect(Math.min(...xs)).toBeCloseTo(x(35), 0);
    expect(Math.max(...xs)).toBeCloseTo(x(20), 0);
  });

  test("does not join prices across a time of which it knows none", () => {
    const svg = chartSvg(SAMPLES.gap, REAL);
    const [, d = ""] = /<path d="([^"]*)"[^>]*stroke="#f4d35e"/.exec(svg) ?? [];
    expect(d.match(/M/g)).toHaveLength(2);
  });

  test("gives the room to what was watched, and says how long that was", () => {
    expect(textsOf(SAMPLES.demo, "SIMULATION").at(-2)).toBe("At least: watched for 2 min only");
    expect(textsOf(SAMPLES.demo).at(-1)).toBe("per 2 s · 14:06:30 UTC");
  });

  test("carries SIMULATION in the title and across the plot", () => {
    const texts = textsOf(SAMPLES.demo, "SIMULATION");
    expect(texts[0]).toBe("SIMULATION · All liquidations, last 15 min");
    expect(texts).toContain("SIMULATION");
    expect(textsOf(SAMPLES.demo)).not.toContain("SIMULATION");
  });

  test("takes any name of an asset: cut, escaped, or left to the text beside it", () => {
    const titled = (asset: string) => textsOf(figuresOf({ asset, bars: [[1, 1]] }))[0];
    expect(titled("1000000MOGWIFHATCOIN")).toBe("1000000MOGWIFHAT… liquidations, last 1 h");
    expect(titled("币安人生")).toBe("Liquidations of this asset, last 1 h");
    expect(titled(`</text><image href="x"/>&\u0000`)).toBe("Liquidations of this asset, last 1 h");
    expect(titled("<b>&'\"")).toBe("<b>&'\" liquidations, last 1 h");
    const svg = chartSvg(figuresOf({ asset: "</text><x>", bars: [[1, 1]] }), REAL);
    expect(svg).not.toContain("<x>");
  });

  test("has labels that do not touch and no number that is none, at any size of money", () => {
    for (const cents of [1, 99, 100, 12_345, 7e6, 999_499_99, 5e11, 9e15]) {
      for (const bars of [[[cents, 0]], [[0, cents]], [[cents, 1]], [[1, cents]]] as const) {
        const svg = chartSvg(figuresOf({ asset: "BTC", bars }), REAL);
        expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
        const left = [...svg.matchAll(/<text x="62" y="([\d.]+)"/g)].map(([, y]) => Number(y));
        const sorted = left.sort((a, b) => a - b);
        const gaps = sorted.slice(1).map((y, at) => y - (sorted[at] ?? 0));
        expect(Math.min(100, ...gaps)).toBeGreaterThanOrEqual(14);
        expect(left.length).toBeLessThanOrEqual(10);
      }
    }
  });

  test("gives no advice and foretells nothing", () => {
    const words = Object.values(SAMPLES)
      .flatMap((figures) => textsOf(figures))
      .join("\n");
    expect(words).not.toMatch(/\b(?:buy|sell|safe|over|bottom|squeeze|soon|will)\b/i);
  });
});

test("a picture is named after what it shows, whatever an asset is called", () => {
  expect(chartName(SAMPLES.crash)).toBe("btc-1h.png");
  expect(chartName(SAMPLES.demo)).toBe("market-15min.png");
  expect(chartName(figuresOf({ asset: "../../ETC", bars: [] }))).toBe("etc-1h.png");
  expect(chartName(SAMPLES.unnamable)).toBe("asset-1h.png");
});

test("the words for whoever cannot see a picture say its figures", () => {
  expect(chartAlt(SAMPLES.crash, { label: "SIMULATION" })).toBe(
    "SIMULATION: BTC liquidations, last 1 h: at least $25.8M, longs $19.3M, shorts $6.55M",
  );
  expect(END_MS % 1_000).toBe(0);
});
