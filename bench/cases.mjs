/** What is measured: each function returns cases for `measure`, working on the built product. */
import { loadSettings } from "../dist/config.js";
import { venueById } from "../dist/feeds/index.js";
import { bundledInstruments } from "../dist/feeds/instruments.js";
import { createIntake } from "../dist/feeds/intake.js";
import { Engine, LIVE_LIMITS } from "../dist/severity/engine.js";
import { SeenSet } from "../dist/severity/seen-set.js";
import { DayTotals } from "../dist/windows/day-total.js";
import { RowRing } from "../dist/windows/ring.js";
import { RowWindow } from "../dist/windows/row-window.js";
import { frames } from "./frames.mjs";

const VENUES = ["binance", "bybit", "okx"];
const FRAMES = 20_000;
const USD_COINS = ["USDT", "USDC"];
const WINDOWS_MS = [100, 500, 2_000, 10_000, 60_000, 300_000];

/** A stream without end: the same frames again, each round later and under new keys. */
function endless(venue) {
  const instruments = bundledInstruments();
  const names = instruments
    .list(venue)
    .filter((one) => !one.isInverse)
    .map((one) => one.symbol);
  const made = frames(venue, names, FRAMES);
  return { instruments, made };
}

export function frameCases() {
  return VENUES.flatMap((id) => {
    const venue = venueById(id);
    const { instruments, made } = endless(id);
    const intake = createIntake(venue, { instruments, usdCoins: USD_COINS });
    const state = venue.start();
    const context = { receivedAtMs: made[0].atMs, subscribedAtMs: 0 };
    const next = cycle(made);
    const { rules } = loadSettings({ file: null, env: {}, needsNotifiers: false });
    const whole = wholePath(intake, rules, made);
    return [
      { name: `${id}: JSON.parse`, run: times(() => JSON.parse(next().text)) },
      { name: `${id}: decode`, run: times(() => venue.decode(next().text, state, context)) },
      {
        name: `${id}: decode and normalize`,
        run: times(() => {
          const { text, atMs } = next();
          return intake.frame(text, atMs);
        }),
      },
      { name: `${id}: decode to decision`, run: times(whole) },
      { name: `${id}: array filters`, batch: 20, run: times(arrayStyle(made)) },
    ];
  });
}

/**
 * Every frame is new: its row's times and keys move on with each pass over the made frames. The row is
 * changed in place, as copying it would be measured too.
 */
function wholePath(intake, rules, made) {
  const engine = new Engine({ rules, limits: LIVE_LIMITS });
  let pass = 0;
  let index = 0;
  return () => {
    if (index === made.length) {
      index = 0;
      pass += 1;
    }
    const { text, atMs } = made[index];
    index += 1;
    const shiftMs = pass * FRAMES * 3;
    const { liquidations } = intake.frame(text, atMs);
    for (const row of liquidations) {
      row.occurredAtMs += shiftMs;
      row.receivedAtMs += shiftMs;
      if (pass > 0) row.dedupeKey = `${pass}${row.dedupeKey}`;
      row.orderKey = row.dedupeKey;
    }
    return engine.step({ type: "rows", receivedAtMs: atMs + shiftMs, rows: liquidations });
  };
}

/** The usual style: one array of objects, filtered once per window on every event. */
function arrayStyle(made) {
  let events = made
    .slice(0, 5_000)
    .map(({ text, atMs }) => ({ ...JSON.parse(text), atMs, usd: 1_000 }));
  const next = cycle(made);
  return () => {
    const { text, atMs } = next();
    events.push({ ...JSON.parse(text), atMs, usd: 1_000 });
    events = events.slice(-5_000);
    let sum = 0;
    for (const windowMs of WINDOWS_MS) {
      const inside = events.filter((event) => event.atMs > atMs - windowMs);
      sum += inside.reduce((total, event) => total + event.usd, 0);
    }
    return sum;
  };
}

export function windowCases() {
  return [1_000, 100_000, 1_000_000].map((residents) => {
    const ring = new RowRing();
    const windows = WINDOWS_MS.map((windowMs) => new RowWindow(ring, { windowMs, delayMs: 0 }));
    const stepMs = 300_000 / residents;
    let nowMs = 0;
    const add = () => {
      nowMs += stepMs;
      ring.evictThrough(nowMs - 300_000);
      ring.insert({ timeMs: nowMs, longCents: 100_000, shortCents: 0, orders: 1, ref: 0 });
      let sum = 0;
      for (const window of windows) {
        window.advance(nowMs);
        sum += window.orders + window.longCents + window.shortCents;
      }
      return sum;
    };
    for (let index = 0; index < residents; index += 1) add();
    return {
      name: `6 windows at ${residents} residents`,
      run: times(add),
      bytesPerRow: ring.bytes / ring.size,
    };
  });
}

export function lateCases() {
  return [100, 1_000, 5_000].map((lagMs) => {
    const ring = new RowRing();
    const window = new RowWindow(ring, { windowMs: 300_000, delayMs: 0 });
    let nowMs = 0;
    let count = 0;
    const add = () => {
      nowMs += 3;
      count += 1;
      ring.evictThrough(nowMs - 300_000);
      const timeMs = count % 4 === 0 ? nowMs - lagMs : nowMs;
      ring.insert({ timeMs, longCents: 100_000, shortCents: 0, orders: 1, ref: 0 });
      window.advance(nowMs);
      return window.longCents;
    };
    return { name: `1 row in 4 late by ${lagMs} ms`, run: times(add) };
  });
}

export function dayCases() {
  const day = new DayTotals();
  let nowMs = 1_790_000_000_000;
  let count = 0;
  const add = () => {
    nowMs += 20;
    count += 1;
    const sums = { orders: 1, rows: 1, longCents: 100_000, shortCents: 0 };
    day.add({ asset: `A${count % 100}`, venue: VENUES[count % 3] }, { ...sums, timeMs: nowMs });
  };
  for (let index = 0; index < 500_000; index += 1) add();
  return [
    { name: "24 h totals: add", run: times(add) },
    {
      name: "24 h totals: read one asset",
      run: times(() => day.total({ nowMs, windowMs: 86_400_000, asset: "A7" })),
    },
    {
      name: "24 h totals: read all, 100 assets x 3 venues",
      batch: 20,
      run: times(() => day.total({ nowMs, windowMs: 86_400_000 })),
    },
  ];
}

export function dedupeCases() {
  const seen = new SeenSet(LIVE_LIMITS);
  const at = { timeMs: 1_790_000_000_000, nowMs: 1_790_000_000_000 };
  for (let index = 0; index < 1_000_000; index += 1)
    seen.add(`binance|BTCUSDT|${index}|1.5|60000`, at);
  const plain = new Set(
    Array.from({ length: 1_000_000 }, (_, index) => `binance|BTCUSDT|${index}|1.5|60000`),
  );
  let index = 0;
  const key = () => {
    index = (index + 7_919) % 1_000_000;
    return `binance|BTCUSDT|${index}|1.5|60000`;
  };
  return [
    { name: "make a key text", run: times(key) },
    { name: "dedupe at 1 M keys: seen-set", run: times(() => seen.add(key(), at)) },
    { name: "dedupe at 1 M keys: Set of strings", run: times(() => plain.has(key())) },
  ];
}

function cycle(items) {
  let index = -1;
  return () => {
    index = index + 1 === items.length ? 0 : index + 1;
    return items[index];
  };
}

/** What is computed is kept, so that no compiler throws the work away. */
export let kept;
function times(once) {
  return (count) => {
    for (let done = 0; done < count; done += 1) kept = once();
  };
}
