import { describe, expect, it } from "vitest";
import type { Liquidation } from "../../src/liquidation.ts";
import { Admission } from "../../src/severity/admission.ts";
import { LIVE_LIMITS, REPLAY_LIMITS } from "../../src/severity/engine.ts";
import { SEEN_MS } from "../../src/severity/seen-set.ts";
import { rowOf, T0 } from "./samples.ts";

const NONE = {
  liquidations: 0,
  duplicates: 0,
  late: 0,
  history: 0,
  quarantined: 0,
  unpriced: 0,
  otherKinds: 0,
};

/** Admits rows in order, each at its own time of receipt; says which count an order. */
function admitted(admission: Admission, ...overs: readonly Partial<Liquidation>[]) {
  return overs.map((over) => {
    const row = rowOf(over);
    return admission.admit(row, row.receivedAtMs)?.countsOrder ?? null;
  });
}

describe("what is let in", () => {
  it("takes an event once, whatever its kind and however it comes back", () => {
    const admission = new Admission(LIVE_LIMITS);
    expect(
      admitted(
        admission,
        { dedupeKey: "a" },
        { dedupeKey: "a", receivedAtMs: T0 + 500, occurredAtMs: T0 },
        { dedupeKey: "a", history: true },
        { dedupeKey: "b", kind: "deleverage" },
        { dedupeKey: "b", kind: "deleverage" },
        { dedupeKey: "b" },
      ),
    ).toEqual([true, null, null, false, null, null]);
    expect(admission.counts).toEqual({ ...NONE, liquidations: 1, duplicates: 4, otherKinds: 1 });
  });

  it("counts an order at the first of its rows, history included, over all symbols", () => {
    const admission = new Admission(LIVE_LIMITS);
    expect(
      admitted(
        admission,
        { dedupeKey: "1", orderKey: "o", history: true },
        { dedupeKey: "2", orderKey: "o", symbol: "ETHUSDT", asset: "ETH" },
        { dedupeKey: "3", orderKey: "o", venue: "lighter" },
        { dedupeKey: "4", orderKey: "p" },
      ),
    ).toEqual([true, false, true, true]);
  });

  it("does not let a row of another kind stand for its order", () => {
    const admission = new Admission(LIVE_LIMITS);
    const rows = [
      { dedupeKey: "1", orderKey: "o", kind: "backstop" },
      { dedupeKey: "2", orderKey: "o" },
    ] as const;
    expect(admitted(admission, ...rows)).toEqual([false, true]);
  });

  it("quarantines what is more than five minutes ahead, and each arrival counts", () => {
    const admission = new Admission(LIVE_LIMITS);
    const future = { dedupeKey: "f", receivedAtMs: T0, occurredAtMs: T0 + 300_001 };
    expect(admitted(admission, future, future)).toEqual([null, null]);
    expect(admission.counts).toEqual({ ...NONE, quarantined: 2 });
    const ahead = { ...future, occurredAtMs: T0 + 300_000 };
    expect(admitted(admission, ahead, ahead)).toEqual([true, null]);
  });

  it("tells late rows from history, and counts unpriced ones", () => {
    const admission = new Admission(LIVE_LIMITS);
    admitted(
      admission,
      { dedupeKey: "1", receivedAtMs: T0, occurredAtMs: T0 - 10_000 },
      { dedupeKey: "2", receivedAtMs: T0, occurredAtMs: T0 - 10_001 },
      { dedupeKey: "3", receivedAtMs: T0, occurredAtMs: T0 - 10_001, history: true },
      { dedupeKey: "4", notionalCents: null },
    );
    expect(admission.counts).toEqual({
      ...NONE,
      liquidations: 4,
      late: 1,
      history: 1,
      unpriced: 1,
    });
  });

  it("leaves rows beyond 25 h to the store's unique key, and none in a replay", () => {
    const occurredAtMs = T0 - SEEN_MS - 1;
    const old = { dedupeKey: "old", receivedAtMs: T0, occurredAtMs, orderKey: "o" };
    const inside = { ...old, dedupeKey: "in", occurredAtMs: T0 - SEEN_MS };
    const live = new Admission(LIVE_LIMITS);
    expect(admitted(live, old, old, inside, inside)).toEqual([true, false, false, null]);
    expect(live.seen.size).toBe(1);
    const replay = new Admission(REPLAY_LIMITS);
    expect(admitted(replay, old, old)).toEqual([true, null]);
  });

  it("counts an order once when its key is that of a row which is an order of its own", () => {
    const own = { dedupeKey: "k", orderKey: "k" };
    const fill = { dedupeKey: "f", orderKey: "k" };
    expect(admitted(new Admission(LIVE_LIMITS), own, fill)).toEqual([true, false]);
    expect(admitted(new Admission(LIVE_LIMITS), fill, own)).toEqual([true, false]);
    const elsewhere = { ...fill, venue: "okx" as const };
    expect(admitted(new Admission(LIVE_LIMITS), own, elsewhere)).toEqual([true, true]);
  });

  it("remembers a stored row and its order without counting it", () => {
    const admission = new Admission(LIVE_LIMITS);
    const first = rowOf({ dedupeKey: "1", orderKey: "o" });
    admission.remember(first, true, T0);
    admission.remember(rowOf({ dedupeKey: "2", orderKey: "p" }), false, T0);
    expect(admission.counts).toEqual(NONE);
    expect(
      admitted(
        admission,
        { dedupeKey: "1", orderKey: "o" },
        { dedupeKey: "2", orderKey: "p" },
        { dedupeKey: "3", orderKey: "o" },
        { dedupeKey: "4", orderKey: "p" },
      ),
    ).toEqual([null, null, false, true]);
  });
});
