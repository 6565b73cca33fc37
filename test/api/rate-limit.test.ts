import { describe, expect, test } from "vitest";
import { RateLimit } from "../../src/api/rate-limit.ts";
import { buildApi } from "../../src/api/server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { sampleApi } from "./samples.ts";

describe("the bucket of an address", () => {
  test("lets a burst through, then a steady rate, and says how long to wait", () => {
    const limit = new RateLimit({ burst: 3, perSecond: 10 });
    const taken = (nowMs: number) => limit.take("10.0.0.1", nowMs);
    expect([taken(0), taken(0), taken(0)]).toEqual([0, 0, 0]);
    expect(taken(0)).toBe(100);
    expect(taken(50)).toBe(50);
    expect(taken(100)).toBe(0);
    expect(taken(150)).toBe(50);
    // Rest never fills it above the burst.
    expect([taken(9_000), taken(9_000), taken(9_000), taken(9_000)]).toEqual([0, 0, 0, 100]);
  });

  test("is its own, but one for a whole /64 and for IPv4 in IPv6's clothes", () => {
    const limit = new RateLimit({ burst: 1, perSecond: 1 });
    const isTaken = (address: string) => limit.take(address, 0) === 0;
    expect(isTaken("10.0.0.1")).toBe(true);
    expect(isTaken("::ffff:10.0.0.1")).toBe(false);
    expect(isTaken("10.0.0.2")).toBe(true);
    expect(isTaken("2001:db8:1:2::1")).toBe(true);
    expect(isTaken("2001:db8:1:2:ffff:ffff:ffff:ffff")).toBe(false);
    expect(isTaken("2001:db8:1:3::1")).toBe(true);
    expect(isTaken("2001:db8::1")).toBe(true);
    expect(isTaken("2001:db8:0:0:9::")).toBe(false);
    expect(isTaken("fe80::1%eth0")).toBe(true);
    expect(isTaken("::1")).toBe(true);
  });

  test("is forgotten when too many others come", () => {
    const limit = new RateLimit({ burst: 1, perSecond: 0.001 });
    for (let index = 0; index < 30_000; index += 1) limit.take(`address ${index}`, 0);
    expect(limit.addresses).toBe(10_000);
    expect(limit.take("address 29999", 0)).toBeGreaterThan(0);
    expect(limit.take("address 0", 0)).toBe(0);
  });
});

test("a flood is answered with 429 and the seconds to wait, and ends by itself", async () => {
  let nowMs = 0;
  const runtime = { ...nodeRuntime, monotonicMs: () => nowMs };
  const app = buildApi(sampleApi({ runtime, rateLimits: { burst: 2, perSecond: 0.25 } }));
  const ask = async () => app.inject("/healthz");
  expect([(await ask()).statusCode, (await ask()).statusCode]).toEqual([200, 200]);
  const refused = await ask();
  expect(refused.statusCode).toBe(429);
  expect(refused.headers["retry-after"]).toBe("4");
  expect(refused.json()).toMatchObject({ title: "Too Many Requests", status: 429 });
  nowMs = 4_000;
  expect((await ask()).statusCode).toBe(200);
});
