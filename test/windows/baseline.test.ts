import { describe, expect, it } from "vitest";
import { Baseline } from "../../src/windows/baseline.ts";
import { BLOCKS_KEPT } from "../../src/windows/watched-blocks.ts";

const always = () => true;

function filled(cents: readonly number[], first = 10_000): Baseline {
  const baseline = new Baseline();
  cents.forEach((amount, at) => {
    baseline.add(first + at, amount, always);
  });
  return baseline;
}

describe("a baseline", () => {
  it("counts a block once it is over", () => {
    const baseline = filled([5, 3, 9]);
    baseline.settle(10_002, always);
    expect(baseline.counted).toBe(2);
    baseline.settle(10_003, always);
    expect(baseline.counted).toBe(3);
    expect(baseline.newest).toBe(10_002);
  });

  it("moves one entry when a late row raises a block", () => {
    const baseline = filled(Array.from({ length: 20 }, (_, at) => at + 1));
    baseline.settle(11_000, always);
    expect(baseline.p95Cents()).toBe(19);
    baseline.add(10_004, 100, always);
    expect(baseline.p95Cents()).toBe(20);
    baseline.add(10_004, 0, always);
    expect(baseline.p95Cents()).toBe(20);
  });

  it("takes in a late row of a block that had none", () => {
    const baseline = filled(Array.from({ length: 12 }, () => 7));
    baseline.settle(11_000, always);
    baseline.add(9_999, 50, always);
    expect([baseline.counted, baseline.p95Cents()]).toEqual([13, 50]);
  });

  it("leaves out what was not watched, and looks anew when told to", () => {
    const baseline = filled(Array.from({ length: 13 }, (_, at) => at));
    baseline.settle(11_000, (block) => block !== 10_012);
    expect([baseline.counted, baseline.p95Cents()]).toEqual([12, 11]);
    baseline.unsettle();
    expect(baseline.p95Cents()).toBeNull();
    baseline.settle(11_000, always);
    expect([baseline.counted, baseline.p95Cents()]).toEqual([13, 12]);
  });

  it("forgets what is older than 7 days", () => {
    const baseline = filled(Array.from({ length: 40 }, (_, at) => 40 - at));
    baseline.settle(10_000 + BLOCKS_KEPT, always);
    expect(baseline.counted).toBe(40);
    baseline.settle(10_000 + BLOCKS_KEPT + 25, always);
    expect([baseline.counted, baseline.p95Cents()]).toEqual([15, 15]);
    expect(baseline.lastAtLeast(16, 20_000)).toBeNull();
    expect(baseline.lastAtLeast(15, 20_000)).toBe(10_025);
  });

  it("is saved as blocks and cents in order of time", () => {
    const baseline = filled([5, 3]);
    baseline.add(9_000, 1, always);
    expect(baseline.save()).toEqual({ blocks: [9_000, 10_000, 10_001], cents: [1, 5, 3] });
  });
});
