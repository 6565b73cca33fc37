/**
 * Blocks: windows of 5 min aligned to whole 5 minutes UTC, numbered by their end, so that block b
 * holds (b - 1) x 5 min < time <= b x 5 min, as every window does. Here: how much of each of the
 * last 7 days was watched.
 */

export const BLOCK_MS = 300_000;
/** 7 days. */
export const BLOCKS_KEPT = 2_016;
/** SPEC 2 calls a figure of which less could be seen partial: such a block tells nothing. */
const WATCHED_PCT_MIN = 80;
/** A power of two that holds the kept blocks: a block finds its place by its last bits. */
const PLACES = 2_048;

/** The block that holds this time; at this clock, the running one. */
export function blockOf(timeMs: number): number {
  return Math.ceil(timeMs / BLOCK_MS);
}

/** Usual shares in any unit: those of the watched venues, and of all. */
export interface WatchedShare {
  readonly watched: number;
  readonly all: number;
}

/** As it is saved: plain data. */
export interface WatchedState {
  readonly running: number | null;
  readonly runningMs: number;
  readonly sinceMs: number;
  readonly share: WatchedShare;
  /** Watched ms of the blocks before the running one, newest first, without those that had none. */
  readonly blocks: readonly (readonly [block: number, watchedMs: number])[];
}

export class WatchedBlocks {
  readonly #watchedMs = new Float64Array(PLACES);
  /** null before the first clock: nothing was watched before it. */
  #running: number | null = null;
  /** Watched ms of the running block up to `#sinceMs`; the share holds from then on. */
  #runningMs = 0;
  #sinceMs = 0;
  #share: WatchedShare = { watched: 1, all: 1 };
  #coveredMs = 0;

  /** Watched time of the kept blocks, without the running one, in ms. */
  get coveredMs(): number {
    return this.#coveredMs;
  }

  /** The block that runs; everything before it is over. */
  advance(nowMs: number): number {
    const running = blockOf(nowMs);
    if (this.#running === null) {
      this.#running = running;
      this.#sinceMs = nowMs;
      return running;
    }
    if (running > this.#running) this.#turn(this.#running, running);
    return this.#running;
  }

  /** From this clock on another share of the usual volume is watched. */
  setShare(share: WatchedShare, nowMs: number): void {
    this.advance(nowMs);
    this.#runningMs += this.#partOf(Math.max(0, nowMs - this.#sinceMs));
    this.#sinceMs = Math.max(this.#sinceMs, nowMs);
    this.#share = share;
  }

  /** The share before the first clock. */
  begin(share: WatchedShare): void {
    this.#share = share;
  }

  /** True when enough of a kept block that is over was watched. */
  isWatched(block: number): boolean {
    const running = this.#running ?? 0;
    if (block >= running || block < running - BLOCKS_KEPT) return false;
    return (this.#watchedMs[block % PLACES] ?? 0) * 100 >= BLOCK_MS * WATCHED_PCT_MIN;
  }

  /** What was watched up to the clock `nowMs`, told by whoever remembers it. */
  recall(nowMs: number, watchedMs: (fromMs: number, toMs: number) => number): void {
    const running = blockOf(nowMs);
    this.#running = running;
    for (let block = running - BLOCKS_KEPT; block < running; block += 1) {
      const ms = watchedMs((block - 1) * BLOCK_MS, block * BLOCK_MS);
      this.#watchedMs[block % PLACES] = Math.floor(ms);
    }
    this.#runningMs = Math.floor(watchedMs((running - 1) * BLOCK_MS, nowMs));
    this.#sinceMs = nowMs;
    this.#sum(running);
  }

  save(): WatchedState {
    const running = this.#running;
    const blocks: [number, number][] = [];
    for (let block = (running ?? 0) - 1; block >= (running ?? 0) - BLOCKS_KEPT; block -= 1) {
      const watchedMs = running === null ? 0 : (this.#watchedMs[block % PLACES] ?? 0);
      if (watchedMs > 0) blocks.push([block, watchedMs]);
    }
    const [runningMs, sinceMs, share] = [this.#runningMs, this.#sinceMs, this.#share];
    return { running, runningMs, sinceMs, share, blocks };
  }

  restore({ running, runningMs, sinceMs, share, blocks }: WatchedState): void {
    this.#running = running;
    this.#runningMs = runningMs;
    this.#sinceMs = sinceMs;
    this.#share = share;
    for (const [block, watchedMs] of blocks) this.#watchedMs[block % PLACES] = watchedMs;
    this.#sum(running ?? 0);
  }

  /** Whole milliseconds of a stretch under the present share. */
  #partOf(lengthMs: number): number {
    const { watched, all } = this.#share;
    return all === 0 ? 0 : Math.floor((lengthMs * watched) / all);
  }

  #turn(over: number, running: number): void {
    const restMs = over * BLOCK_MS - this.#sinceMs;
    this.#watchedMs[over % PLACES] = this.#runningMs + this.#partOf(restMs);
    const wholeMs = this.#partOf(BLOCK_MS);
    for (let block = Math.max(over + 1, running - BLOCKS_KEPT); block < running; block += 1) {
      this.#watchedMs[block % PLACES] = wholeMs;
    }
    this.#running = running;
    this.#runningMs = 0;
    this.#sinceMs = (running - 1) * BLOCK_MS;
    this.#sum(running);
  }

  #sum(running: number): void {
    let sumMs = 0;
    for (let block = running - BLOCKS_KEPT; block < running; block += 1) {
      sumMs += this.#watchedMs[block % PLACES] ?? 0;
    }
    this.#coveredMs = sumMs;
  }
}
