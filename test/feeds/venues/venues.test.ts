import { describe, expect, it } from "vitest";
import { VENUES, venueById } from "../../../src/feeds/index.ts";
import { bundledInstruments } from "../../../src/feeds/instruments.ts";
import { UNREADABLE_FRAMES_MIN } from "../../../src/feeds/legibility.ts";
import type { Decoded, Venue } from "../../../src/feeds/venue.ts";
import { fixturesOf } from "./fixture.ts";

const CONTEXT = { receivedAtMs: 1_791_435_200_000, subscribedAtMs: null };

function decode(venue: Venue, text: string): Decoded {
  return venue.decode(text, venue.start(), CONTEXT);
}

/** What a fixture line of each kind must give; liquidations of a REST list are none of a feed. */
const CONTROL_OF: Readonly<Record<string, readonly (string | null)[]>> = {
  liquidation: [null],
  ack: ["ack"],
  error: ["refused"],
  snapshot: ["ack", null],
  trade: ["other", null],
  greeting: ["other"],
  update: ["other"],
  heartbeat: ["heartbeat"],
  notice: ["closing"],
  open_interest: ["other"],
  funding: ["other"],
  instruments: ["other"],
};

describe.each(VENUES)("$title", (venue) => {
  it("answers every fixture line as its kind says", () => {
    for (const { kind, source, text } of fixturesOf(venue.id)) {
      const { rows, control, rejects } = decode(venue, text);
      const isRest = source.startsWith("REST ") && venue.poll === undefined;
      expect(isRest ? ["other"] : CONTROL_OF[kind], text).toContain(control?.type ?? null);
      const isRetired = text.includes('"liquidation.');
      const entries = rows.length + rejects.length;
      const isRow = kind === "liquidation" && !isRest;
      if (kind !== "snapshot") expect(entries > 0, text).toBe(isRow);
      else expect(rows.every((row) => row.history)).toBe(true);
      expect(rejects.map((reject) => reject.reason)).toEqual(isRetired ? ["retired-topic"] : []);
    }
  });

  it("is not called unreadable for one bad row that stands in every round of an overlap", () => {
    const { everyMs = 1, everyMsMin = everyMs, overlapMs = 0 } = venue.poll ?? {};
    expect(everyMsMin).toBeLessThanOrEqual(everyMs);
    // The round that sees it first, and those that see it again.
    expect(1 + overlapMs / everyMsMin).toBeLessThan(UNREADABLE_FRAMES_MIN);
  });

  it("knows both sides in its fixtures", () => {
    const rows = fixturesOf(venue.id).flatMap(({ text }) => decode(venue, text).rows);
    expect(new Set(rows.map((row) => row.positionSide))).toEqual(new Set(["long", "short"]));
  });

  it("refuses what is not its message with a reason and never throws", () => {
    const strange = [
      "",
      "nonsense",
      "null",
      "1",
      '"x"',
      "[1]",
      "{}",
      '{"x":1}',
      "\u0000",
      "{".repeat(9_999),
    ];
    for (const text of strange) {
      const { rows, control, rejects } = decode(venue, text);
      expect(rows).toEqual([]);
      expect(control).toBeNull();
      expect(["json", "shape"], text.slice(0, 40)).toContain(rejects[0]?.reason);
    }
  });

  it("says what people must know", () => {
    expect(venueById(venue.id)).toBe(venue);
    expect(venue.completenessNote).toMatch(/^[A-Z].*\.$/);
    expect(venue.completenessShort.length).toBeLessThan(40);
    expect(venue.sideRule.link).toMatch(/^https:\/\//);
    expect(venue.sideRule.sentence).not.toBe("");
    expect(venue.sizeRule).not.toBe("");
    expect(venue.identity).not.toBe("");
    expect(venue.replay).not.toBe("");
    expect(venue.checkedOn).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(venue.silenceMsMax).toBeGreaterThan(venue.heartbeat.everyMs);
    expect(venue.heartbeat.payload).not.toBe("");
  });

  it("understands no topic twice: every request names each topic once, with its own id", () => {
    const instruments = bundledInstruments().list(venue.id);
    for (const channel of venue.channels) {
      const topics = channel.topics(instruments);
      const requests = venue.request("subscribe", topics, 5);
      expect(requests.flatMap((request) => request.topics)).toEqual(topics);
      expect(requests.map((request) => request.id)).toEqual(
        requests.map((_, index) => `${5 + index}`),
      );
      // Where a frame carries no id of ours, its answer names the topics.
      for (const { id, topics: asked, text } of requests) {
        const isNamed = asked.every((topic) => text.includes(JSON.stringify(topic)));
        expect(isNamed || text.includes(id), text).toBe(true);
      }
      for (const { text } of venue.request("unsubscribe", topics, 1)) {
        expect(text.toLowerCase()).toMatch(/["/]unsub(?:scribe)?"/);
      }
    }
  });

  it("reads listings without throwing, whatever they hold", () => {
    const wild = [
      null,
      1,
      "x",
      [],
      {},
      { symbols: [{}] },
      { symbols: 1 },
      { result: { list: [{}] } },
    ];
    const worse = [{ data: [null] }, { symbols: [{ symbol: "A", contractSize: { toString: 1 } }] }];
    for (const source of venue.instruments) {
      for (const page of [...wild, ...worse]) {
        const { instruments, next, rejects } = source.parse(page);
        expect(instruments).toEqual([]);
        expect(next).toBeNull();
        expect(rejects.every((reject) => reject.reason === "shape")).toBe(true);
      }
    }
  });
});

it("a venue that this version does not listen to is null", () => {
  expect(venueById("nowhere")).toBeNull();
  expect(venueById("__proto__")).toBeNull();
});
