import { describe, expect, it } from "vitest";
import { VENUES } from "../../../src/feeds/index.ts";
import type { Venue } from "../../../src/feeds/venue.ts";
import { REJECT_DETAIL_CHARS_MAX, REJECT_REASONS } from "../../../src/liquidation.ts";
import { chanceOf } from "../../oracle/chance.ts";
import { fixturesOf } from "./fixture.ts";
import { mutantOf } from "./mutants.ts";
import { plainReading } from "./plain-reading.ts";

const MUTANTS_PER_VENUE = 10_000;
const CONTEXT = { receivedAtMs: 1_791_435_200_000, subscribedAtMs: null };

/** Frames that are JSON: plain words such as `ping` have no fields to damage. */
function framesOf(venue: Venue): readonly string[] {
  const frames = fixturesOf(venue.id).filter((line) => typeof line.message !== "string");
  const liquidations = frames.filter((line) => line.kind === "liquidation");
  // Liquidations stand three times, because they are what must not be misread.
  return [...frames, ...liquidations, ...liquidations].map((line) => line.text);
}

/**
 * Frames with several rows; Binance sends one row per frame, so its events are put in a list. None
 * where a venue knows no such list: then no row has a neighbour.
 */
function framesOfMany(venue: Venue): readonly string[] {
  const lines = fixturesOf(venue.id);
  const many = lines.filter(({ text }) => (plainReading(venue.id, text)?.length ?? 0) > 1);
  if (many.length > 0) return many.map((line) => line.text);
  const list = `[${lines.filter(({ text }) => text.startsWith('{"e"')).map((line) => line.text)}]`;
  return (plainReading(venue.id, list)?.length ?? 0) > 1 ? [list] : [];
}

function decode(venue: Venue, text: string) {
  return venue.decode(text, venue.start(), CONTEXT);
}

/** Fails with the frame in the message when the decoder and the plain reading differ. */
function compare(venue: Venue, text: string): "rows" | "rejects" | "neither" {
  const { rows, rejects } = decode(venue, text);
  const plain = plainReading(venue.id, text) ?? [];
  const accepted = rows.map(({ symbol, positionSide, price, size, occurredAtMs }) => {
    return { symbol, positionSide, price, size, occurredAtMs };
  });
  expect(accepted, text.slice(0, 2_000)).toEqual(plain.filter((entry) => entry !== "refused"));
  const refused = plain.filter((entry) => entry === "refused").length;
  if (plain.length > 0) expect(rejects.length, text.slice(0, 2_000)).toBe(refused);
  for (const { reason, detail } of rejects) {
    expect(REJECT_REASONS).toContain(reason);
    expect(detail.length).toBeLessThanOrEqual(REJECT_DETAIL_CHARS_MAX);
  }
  return rows.length > 0 ? "rows" : rejects.length > 0 ? "rejects" : "neither";
}

describe.each(VENUES)("damaged frames of $title", (venue) => {
  it("are accepted only where a plain reading of the frame says the same", () => {
    const chance = chanceOf(20_261_120);
    const frames = framesOf(venue);
    const seen = { rows: 0, rejects: 0, neither: 0 };
    for (let count = 0; count < MUTANTS_PER_VENUE; count += 1) {
      seen[compare(venue, mutantOf(chance.pick(frames), chance))] += 1;
    }
    // Guards the generator: both outcomes must be common, or the test would prove little.
    expect(seen.rows).toBeGreaterThan(500);
    expect(seen.rejects).toBeGreaterThan(500);
  });

  it("are refused as not JSON at every prefix, whole frames excepted", () => {
    for (const { text } of fixturesOf(venue.id)) {
      for (let length = 0; length < text.length; length += 1) {
        const prefix = text.slice(0, length);
        const { rows, rejects, control } = decode(venue, prefix);
        expect(rows).toEqual([]);
        if (control === null) expect(rejects.map((reject) => reject.reason)).toEqual(["json"]);
      }
    }
  });

  it("never lose a good row beside a bad one", () => {
    const chance = chanceOf(7);
    for (const text of framesOfMany(venue)) {
      expect(decode(venue, text).rows.length).toBeGreaterThan(1);
      for (let count = 0; count < 500; count += 1) compare(venue, mutantOf(text, chance));
    }
  });
});
