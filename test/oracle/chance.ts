/** Chance that can be repeated: a small seeded generator (mulberry32) and the draws made of it. */

export interface Chance {
  /** 0 <= x < 1. */
  next(): number;
  /** An integer, both ends included. */
  integer(from: number, to: number): number;
  /** True in `percent` of the draws. */
  in100(percent: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

const TWO_TO_32 = 4_294_967_296;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / TWO_TO_32;
  };
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    integer,
    in100: (percent) => next() * 100 < percent,
    pick: (items) => {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new RangeError("Nothing to pick from");
      return item;
    },
  };
}
