import { expect, test } from "vitest";
import { demoListings } from "../../src/demo/demo.ts";
import { readEnvelope } from "../../src/demo/envelope.ts";
import { PricePath } from "../../src/demo/price-path.ts";
import { BURST, CRASH, marketOf } from "../../src/demo/scenario.ts";
import { wavesOf } from "../../src/demo/waves.ts";

const SCRIPT = { seed: 1, envelope: readEnvelope(), listings: demoListings() };
const at = marketOf(SCRIPT);
const END_MS = CRASH.fromMs + CRASH.lengthMs;

test("positions are closed while the crash lasts, and funding turns", () => {
  const [before, during, after] = [at(30_000), at(60_000), at(END_MS)];
  const btc = [before, during, after].map(({ openInterest }) => openInterest.BTC ?? 0);
  expect(btc[0]).toBeCloseTo(4e9 / 121_400, 6);
  expect((btc[1] ?? 0) / (btc[0] ?? 1)).toBeLessThan(0.95);
  expect((btc[2] ?? 0) / (btc[0] ?? 1)).toBeCloseTo(0.7, 9);
  expect([before.funding.BTC, after.funding.BTC]).toEqual([0.00012, expect.closeTo(-0.00014, 12)]);
  expect(at(200_000)).toEqual(at(150_000));
});

test("prices are those of the path, and liquidated are those whom it went against", () => {
  const path = new PricePath({
    burst: BURST,
    crash: CRASH,
    waves: wavesOf(SCRIPT.envelope, CRASH),
  });
  expect(at(50_000).prices.BTC).toBe(path.middle("BTC", 50_000));
  expect(path.direction("BTC", 30_000)).toBe("flat");
  expect(path.direction("BTC", 60_000)).toBe("down");
  expect(path.direction("BTC", END_MS + 5_000)).toBe("up");
  expect(path.direction("SOL", 20_000)).toBe("down");
  expect(path.direction("NOPE", 20_000)).toBe("flat");
});
