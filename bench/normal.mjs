/** What is usual, and price levels: with 1,000 assets that are active in every 5 min of 7 days. */
import { NormalBook } from "../dist/severity/normal-book.js";
import { Watch } from "../dist/severity/watch.js";
import { PriceLevels } from "../dist/windows/price-levels.js";
import { BLOCK_MS, BLOCKS_KEPT } from "../dist/windows/watched-blocks.js";

const ASSETS = Array.from({ length: 1_000 }, (_, at) => `A${at}`);
const ROWS = 1_000;
const START_MS = 1_790_000_100_000;
/** Prices of a quiet hour: some fifty levels of BTC and side. */
const PRICE = 67_412.5;

export function normalCases() {
  const before = memory();
  const { book, nowMs } = filledBook();
  const bytesPerRow = (memory() - before) / ASSETS.length / BLOCKS_KEPT;
  const levels = new PriceLevels();
  // Made beforehand and moved on in place: making them would be measured too.
  const rows = Array.from({ length: ROWS }, (_, at) =>
    rowAt(ASSETS[at % ASSETS.length], nowMs, at),
  );
  let at = 0;
  const nextRow = (lateMs) => {
    at += 1;
    const row = rows[at % ROWS];
    row.receivedAtMs = nowMs + at / 100;
    row.occurredAtMs = row.receivedAtMs - lateMs;
    return row;
  };
  return [
    {
      name: "timesNormal of one asset",
      bytesPerRow,
      run: times(() => book.timesNormal(ASSETS[at++ % ASSETS.length], at, nowMs + at / 100)),
    },
    {
      name: "timesNormal: a row of the running window",
      run: times(() => {
        const row = nextRow(0);
        book.add(row, row.receivedAtMs);
      }),
    },
    {
      name: "timesNormal: a row of the window before",
      run: times(() => {
        const row = nextRow(BLOCK_MS);
        book.add(row, row.receivedAtMs);
      }),
    },
    {
      name: "price levels: a row",
      run: times(() => {
        const row = nextRow(0);
        levels.add(row, row.occurredAtMs, true);
      }),
    },
  ];
}

function filledBook() {
  const book = new NormalBook(new Watch([]));
  book.advance(START_MS);
  let nowMs = START_MS;
  for (let block = 0; block < BLOCKS_KEPT; block += 1) {
    nowMs += BLOCK_MS;
    for (const [at, asset] of ASSETS.entries()) book.add(rowAt(asset, nowMs, block * at), nowMs);
  }
  return { book, nowMs };
}

function rowAt(asset, receivedAtMs, number) {
  return {
    asset,
    venue: "okx",
    positionSide: number % 3 === 0 ? "short" : "long",
    price: PRICE * (1 + ((number * 7_919) % 1_000) / 25_000),
    history: false,
    notionalCents: (number * 104_729) % 10_000_000,
    occurredAtMs: receivedAtMs,
    receivedAtMs,
  };
}

function memory() {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function times(run) {
  return (count) => {
    for (let index = 0; index < count; index += 1) run();
  };
}
