/** The painter's thread as it is shipped: from `dist`, with the bundled font. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import { Painter, type PaintOutcome } from "../../src/pictures/painter.ts";
import { chartSvg } from "../../src/render/chart.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { SAMPLES } from "../render/chart-samples.ts";
import { colorAt, difference, readPng } from "./png.ts";

const OPTIONS = { label: null, titleOf: (venue: string) => venue };
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>';
/** Takes minutes: only its end stops it. */
const HANGING = new URL("./hanging-thread.mjs", import.meta.url);
const BROKEN = new URL("./no-such-thread.mjs", import.meta.url);

let outcomes: PaintOutcome[];
let lines: string[];
let painter: Painter;
const log: Log = { ...SILENT_LOG, warn: (_, text) => void lines.push(text) };

function painterWith(entry?: URL, pace = 1): Painter {
  return new Painter({
    runtime: { ...nodeRuntime, after: (ms, run) => nodeRuntime.after(ms * pace, run) },
    ...{ log, onPaint: ({ outcome }) => outcomes.push(outcome) },
    ...(entry === undefined ? {} : { entry }),
  });
}

beforeEach(() => {
  outcomes = [];
  lines = [];
  painter = painterWith();
});
afterEach(() => painter.close());

async function paint(name: keyof typeof SAMPLES) {
  const png = await painter.paint(chartSvg(SAMPLES[name], OPTIONS));
  if (png === null) throw new Error(`${name} was not painted`);
  return png;
}

describe("a painted chart", () => {
  test("has two pixels for one, and its colours where they belong", async () => {
    const pixels = readPng(await paint("oneBar"));
    expect([pixels.width, pixels.height]).toEqual([1_280, 720]);
    expect(colorAt(pixels, 3, 3)).toBe("#16191f");
    expect(colorAt(pixels, 415.5, 200)).toBe("#f2545b");
    expect(colorAt(pixels, 380, 200)).toBe("#16191f");
    expect(outcomes).toEqual(["painted"]);
  });

  test("has letters without any font of the machine", async () => {
    const pixels = readPng(await paint("none"));
    const title = Array.from({ length: 200 }, (_, x) => colorAt(pixels, 16 + x, 24));
    expect(title.filter((color) => color === "#e8eaee").length).toBeGreaterThan(10);
  });

  test("is the same bytes every time", async () => {
    const first = await paint("crash");
    expect(Buffer.compare(first, await paint("crash"))).toBe(0);
  });

  test.each(["crash", "gap"] as const)("looks as it was looked at: %s", async (name) => {
    const file = new URL(`golden/${name}.png`, import.meta.url);
    const png = await paint(name);
    if (!existsSync(file) && process.env.CI === undefined) writeFileSync(file, png);
    // Processors round differently at the edges of letters.
    expect(difference(readPng(png), readPng(readFileSync(file)))).toBeLessThan(0.002);
  });
});

describe("the painter", () => {
  test("goes on after a picture that cannot be read, and says so", async () => {
    expect(await painter.paint("<svg")).toBe(null);
    expect(await painter.paint(SVG)).not.toBe(null);
    expect(outcomes).toEqual(["failed", "painted"]);
    expect(lines).toEqual(["A picture could not be painted"]);
  });

  test("lets eight wait and sends the rest away at once", async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => painter.paint(SVG)));
    expect(all.filter((png) => png === null)).toHaveLength(3);
    expect(outcomes.slice(0, 3)).toEqual(["full", "full", "full"]);
    expect(outcomes.filter((outcome) => outcome === "painted")).toHaveLength(9);
  });

  test("gives up a thread that hangs, and everybody who waited for it", async () => {
    painter = painterWith(HANGING, 0.02);
    const all = await Promise.all([painter.paint(SVG), painter.paint(SVG)]);
    expect(all).toEqual([null, null]);
    expect(outcomes).toEqual(["late", "late"]);
  });

  test("leaves pictures alone for a while where the library does not load", async () => {
    painter = painterWith(BROKEN);
    expect(await painter.paint(SVG)).toBe(null);
    expect(await painter.paint(SVG)).toBe(null);
    expect(outcomes).toEqual(["failed", "failed"]);
    expect(lines).toEqual(["Pictures cannot be painted; messages and replies go without"]);
  });

  test("answers whoever waits when it is closed, and later ones", async () => {
    const waiting = painter.paint(SVG);
    await painter.close();
    expect(await waiting).toBe(null);
    expect(await painter.paint(SVG)).toBe(null);
  });
});
