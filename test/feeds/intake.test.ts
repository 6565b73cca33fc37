import { describe, expect, it } from "vitest";
import { venueById } from "../../src/feeds/index.ts";
import { bundledInstruments } from "../../src/feeds/instruments.ts";
import { createIntake, RecordedIntakes } from "../../src/feeds/intake.ts";
import type { Venue } from "../../src/feeds/venue.ts";

const OPTIONS = { instruments: bundledInstruments(), usdCoins: ["USDT"] };
const TS = 1_791_435_480_289;

function okxFrame(ts: number): string {
  const detail = { bkPx: "60000", posSide: "long", side: "sell", sz: "2", ts: String(ts) };
  const data = [{ instId: "BTC-USDT-SWAP", details: [detail] }];
  return JSON.stringify({ arg: { channel: "liquidation-orders", instType: "SWAP" }, data });
}

function bybitFrame(ts: unknown, ...times: number[]): string {
  const data = times.map((T) => ({ T, s: "BTCUSDT", S: "Buy", v: "1", p: "60000" }));
  return JSON.stringify({ topic: "allLiquidation.BTCUSDT", type: "snapshot", ts, data });
}

function venue(id: string): Venue {
  const found = venueById(id);
  if (found === null) throw new Error(`No venue ${id}`);
  return found;
}

describe("an intake", () => {
  it("turns a frame into liquidations, received when it is told", () => {
    const { liquidations } = createIntake(venue("okx"), OPTIONS).frame(okxFrame(TS), TS + 70);
    expect(liquidations).toMatchObject([
      { asset: "BTC", size: 0.02, notionalCents: 120_000, occurredAtMs: TS, receivedAtMs: TS + 70 },
    ]);
  });

  it("takes a missing time of receipt from the push time, else from the latest event", () => {
    const intake = createIntake(venue("bybit"), OPTIONS);
    expect(intake.frame(bybitFrame(TS + 500, TS, TS + 20), null).receivedAtMs).toBe(TS + 500);
    expect(intake.frame(bybitFrame("soon", TS, TS + 20), null).receivedAtMs).toBe(TS + 20);
    expect(intake.frame('{"op":"pong"}', null).receivedAtMs).toBeNull();
  });

  it("marks rows older than the acknowledged subscription as history", () => {
    const intake = createIntake(venue("okx"), OPTIONS);
    const historyOf = () => intake.frame(okxFrame(TS), TS + 70).liquidations[0]?.history;
    expect(historyOf()).toBe(false);
    intake.subscribed(TS + 1);
    expect(historyOf()).toBe(true);
  });

  it("refuses a frame beyond the venue's limit without reading it", () => {
    const limit = venue("okx").limits.frameBytesMax;
    const intake = createIntake(venue("okx"), OPTIONS);
    expect(intake.frame("x".repeat(limit + 1), TS).rejects).toEqual([
      { reason: "too-large", detail: `frame length is ${limit + 1}` },
    ]);
    expect(intake.frame("牛".repeat(limit / 2), TS).rejects[0]?.reason).toBe("too-large");
    expect(intake.frame("x".repeat(limit), TS).rejects[0]?.reason).toBe("json");
  });
});

describe("recorded connections", () => {
  it("are subscribed at their first frame when the recording has no events", () => {
    const intakes = new RecordedIntakes(venue("okx"), OPTIONS);
    const historyOf = (ts: number, atMs: number) =>
      intakes.frame("a", okxFrame(ts), atMs).liquidations[0]?.history;
    expect(historyOf(TS - 1_000, TS)).toBe(true);
    expect(historyOf(TS + 100, TS + 200)).toBe(false);
  });

  it("are subscribed when the recording says so, each for itself", () => {
    const intakes = new RecordedIntakes(venue("okx"), OPTIONS);
    intakes.event("a", "open", TS);
    intakes.event("a", "subscribed", TS + 50);
    intakes.event("b", "open", TS);
    const historyOf = (connection: string) =>
      intakes.frame(connection, okxFrame(TS), TS + 60).liquidations[0]?.history;
    expect([historyOf("a"), historyOf("b")]).toEqual([true, false]);
    intakes.event("a", "closed", TS + 70);
    expect(historyOf("a")).toBe(false);
  });

  it("go on from what they remembered", () => {
    const before = new RecordedIntakes(venue("okx"), OPTIONS);
    before.event("a", "subscribed", TS + 50);
    const after = new RecordedIntakes(venue("okx"), OPTIONS);
    after.restore(JSON.parse(JSON.stringify(before.save())));
    expect(after.frame("a", okxFrame(TS), TS + 60)).toEqual(
      before.frame("a", okxFrame(TS), TS + 60),
    );
    expect(after.save()).toEqual(before.save());
  });
});
