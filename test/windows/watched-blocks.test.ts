import { describe, expect, it } from "vitest";
import { BLOCK_MS, BLOCKS_KEPT, blockOf, WatchedBlocks } from "../../src/windows/watched-blocks.ts";

const START_MS = 6_000_000 * BLOCK_MS;
const HALF = { watched: 1, all: 2 };
const WHOLE = { watched: 2, all: 2 };

describe("a block", () => {
  it("holds its end and not its beginning", () => {
    expect(blockOf(START_MS)).toBe(6_000_000);
    expect(blockOf(START_MS + 1)).toBe(6_000_001);
  });
});

describe("watched blocks", () => {
  it("count the time from the first clock on", () => {
    const blocks = new WatchedBlocks();
    blocks.advance(START_MS + 60_001);
    blocks.advance(START_MS + BLOCK_MS + 1);
    expect(blocks.coveredMs).toBe(239_999);
    expect(blocks.isWatched(6_000_001)).toBe(false);
    blocks.advance(START_MS + 2 * BLOCK_MS + 1);
    expect(blocks.isWatched(6_000_002)).toBe(true);
    expect(blocks.isWatched(6_000_003)).toBe(false);
  });

  it("are watched from 80 % of the usual volume on", () => {
    const blocks = new WatchedBlocks();
    blocks.begin(HALF);
    blocks.advance(START_MS);
    // 120 s at a half and 180 s at everything: 240 s.
    blocks.setShare(WHOLE, START_MS + 120_000);
    blocks.setShare(HALF, START_MS + BLOCK_MS);
    blocks.setShare(WHOLE, START_MS + BLOCK_MS + 120_002);
    blocks.advance(START_MS + 2 * BLOCK_MS + 1);
    expect([6_000_001, 6_000_002].map((block) => blocks.isWatched(block))).toEqual([true, false]);
    expect(blocks.coveredMs).toBe(240_000 + 239_999);
  });

  it("keep 7 days, however long the clock stood still", () => {
    const blocks = new WatchedBlocks();
    blocks.advance(START_MS);
    blocks.advance(START_MS + 30 * 86_400_000);
    expect(blocks.coveredMs).toBe(7 * 86_400_000);
    const running = blockOf(START_MS + 30 * 86_400_000);
    expect(blocks.isWatched(running - BLOCKS_KEPT)).toBe(true);
    expect(blocks.isWatched(running - BLOCKS_KEPT - 1)).toBe(false);
  });

  it("take over what somebody else remembers, the running block up to the clock", () => {
    const blocks = new WatchedBlocks();
    blocks.begin({ watched: 0, all: 1 });
    const nowMs = START_MS + 100_000;
    blocks.recall(nowMs, (fromMs, toMs) => (fromMs >= START_MS - BLOCK_MS ? toMs - fromMs : 0));
    expect(blocks.coveredMs).toBe(BLOCK_MS);
    blocks.setShare(WHOLE, nowMs + 50_000);
    blocks.advance(START_MS + BLOCK_MS + 1);
    expect(blocks.coveredMs).toBe(BLOCK_MS + 250_000);
  });

  it("go on from a saved state as if they had never been away", () => {
    const blocks = new WatchedBlocks();
    blocks.advance(START_MS);
    blocks.setShare(HALF, START_MS + 7 * BLOCK_MS + 11);
    const again = new WatchedBlocks();
    again.restore(JSON.parse(JSON.stringify(blocks.save())));
    for (const one of [blocks, again]) one.setShare(WHOLE, START_MS + 9 * BLOCK_MS + 17);
    for (const one of [blocks, again]) one.advance(START_MS + 12 * BLOCK_MS);
    expect(again.save()).toEqual(blocks.save());
    expect(again.coveredMs).toBe(blocks.coveredMs);
  });
});
