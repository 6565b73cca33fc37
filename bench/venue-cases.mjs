/** Every venue's decoder on the liquidations of its fixture, and what a trade feed's other frames cost. */
import { readFileSync } from "node:fs";
import { FrameGate } from "../dist/feeds/frame-gate.js";
import { VENUES } from "../dist/feeds/index.js";

const FIXTURES = new URL("../test/fixtures/", import.meta.url);

export function venueCases() {
  return VENUES.flatMap((venue) => {
    const lines = linesOf(venue.id);
    const texts = lines.filter(({ kind }) => kind === "liquidation").map(({ text }) => text);
    const parse = cycle(texts, (text) => JSON.parse(text));
    // A fresh state per pass: a decoder that remembers orders would find nothing new in the second.
    let state = venue.start();
    let count = 0;
    const context = { receivedAtMs: 1_791_435_200_000, subscribedAtMs: null };
    const decode = cycle(texts, (text) => {
      count += 1;
      if (count % texts.length === 0) state = venue.start();
      return venue.decode(text, state, context);
    });
    return [
      { name: `${venue.id}: JSON.parse`, run: parse },
      { name: `${venue.id}: decode`, run: decode },
      ...rejectCase(venue, lines),
    ];
  });
}

/** Feeds of trades: their plain frames are dropped as bytes, one in 64 is parsed all the same. */
function rejectCase({ id, needles }, lines) {
  const trades = lines.filter(({ kind }) => kind === "trade").map(({ text }) => text);
  if (needles.length === 0 || trades.length === 0) return [];
  const gate = new FrameGate(needles);
  const frames = trades.map((text) => Buffer.from(text.padEnd(300)));
  return [
    {
      name: `${id}: a frame without liquidations`,
      run: cycle(frames, (frame) => gate.judge(frame, false)),
    },
  ];
}

function linesOf(venue) {
  const text = readFileSync(new URL(`${venue}.ndjson`, FIXTURES), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { kind, message } = JSON.parse(line);
      // Through bytes, as from a socket: a text glued from pieces is slower to read the first time.
      const raw = typeof message === "string" ? message : JSON.stringify(message);
      return { kind, text: Buffer.from(raw).toString() };
    });
}

function cycle(items, use) {
  let at = 0;
  return (times) => {
    let last;
    for (let count = 0; count < times; count += 1) {
      last = use(items[at]);
      at = at + 1 === items.length ? 0 : at + 1;
    }
    return last;
  };
}
