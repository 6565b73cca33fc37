/** Chance that repeats: the same seed gives the same demo. Pure, nothing to do with secrets. */

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** In [from, to). */
  between(from: number, to: number): number;
  /** Log-normal with mean 1: many small, few very large, as liquidations are. */
  heavyTail(sigma: number): number;
  /** One of `items`, in proportion to `weightOf`; null of an empty list. */
  pick<Item>(items: readonly Item[], weightOf: (item: Item) => number): Item | null;
}

/** mulberry32: 32 bits of state, good enough for shapes (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    heavyTail: (sigma) => Math.exp(sigma * normal(next) - (sigma * sigma) / 2),
    pick: (items, weightOf) => pick(next, items, weightOf),
  };
}

/** Box and Muller's transform. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function pick<Item>(
  next: () => number,
  items: readonly Item[],
  weightOf: (item: Item) => number,
): Item | null {
  let rest = next() * items.reduce((sum, item) => sum + weightOf(item), 0);
  for (const item of items) {
    rest -= weightOf(item);
    if (rest < 0) return item;
  }
  return items.at(-1) ?? null;
}
