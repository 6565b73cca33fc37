/** Makes a failing case small enough to read: drops lines and rules while it still fails. */
import type { OracleCase } from "./streams.ts";

/** The smallest case this finds for which `fails` holds; `fails(start)` must hold. */
export function shrink(start: OracleCase, fails: (smaller: OracleCase) => boolean): OracleCase {
  let smallest = start;
  for (let before = -1; before !== sizeOf(smallest); ) {
    before = sizeOf(smallest);
    const rules = fewer(smallest.rules, (some) => fails({ ...smallest, rules: some }));
    smallest = { ...smallest, rules };
    const lines = fewer(smallest.lines, (some) => fails({ ...smallest, lines: some }));
    smallest = { ...smallest, lines };
    const early: OracleCase = { ...smallest, atEnd: undefined };
    if (smallest.atEnd !== undefined && fails(early)) smallest = early;
  }
  return smallest;
}

function sizeOf({ rules, lines, atEnd }: OracleCase): number {
  return rules.length + lines.length + (atEnd === undefined ? 0 : 1);
}

/** Drops halves, then quarters, down to single items. */
function fewer<Item>(
  items: readonly Item[],
  fails: (some: readonly Item[]) => boolean,
): readonly Item[] {
  let kept = items;
  for (
    let size = Math.ceil(items.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let start = 0; start < kept.length; ) {
      const some = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (some.length > 0 && fails(some)) kept = some;
      else start += size;
    }
  }
  return kept;
}

/** A case as a person would want to run it again. */
export function described({ seed, lines, rules, atEnd }: OracleCase): string {
  return [
    `seed ${seed}${atEnd === undefined ? "" : ", --at-end resolve"}`,
    ...rules.map((rule) => JSON.stringify(rule)),
    ...lines,
  ].join("\n");
}
