/** Reaching a venue, against its simulator and against servers that keep us out. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { venueById } from "../../src/feeds/index.ts";
import { checkReach, type ReachOptions } from "../../src/feeds/reach.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import type { Venue } from "../../src/feeds/venue.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { freePort } from "../real/run-folder.ts";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ venue: "okx", runtime: nodeRuntime });
});
afterEach(() => simulator.stop());

function okx(): Venue {
  const venue = venueById("okx");
  if (venue === null) throw new Error("OKX is not in the list");
  return venue;
}

function reach(options: Partial<ReachOptions> = {}) {
  const { wsUrl, restUrl } = simulator;
  const signal = new AbortController().signal;
  return checkReach(okx(), { wsUrl, restUrl, runtime: nodeRuntime, signal, ...options });
}

/** A fetch that fails as Node's does: what happened stands in the cause. */
function failing(cause: Error): ReachOptions["runtime"] {
  const fetch = () => Promise.reject(new TypeError("fetch failed", { cause }));
  return { ...nodeRuntime, fetch };
}

test("one look at each host, and nothing is subscribed", async () => {
  const host = new URL(simulator.restUrl).host;
  expect(await reach()).toEqual([
    { kind: "REST", host, trouble: null, isBlocked: false },
    { kind: "WebSocket", host, trouble: null, isBlocked: false },
  ]);
  expect(simulator.handshakes()).toHaveLength(1);
  expect(simulator.subscriptions()).toEqual([]);
});

test.each([
  [451, "blocked in your region or network (HTTP 451)", true],
  [403, "blocked in your region or network (HTTP 403)", true],
  [503, "refused (HTTP 503)", false],
  [429, "refused (HTTP 429)", false],
])("HTTP %i is told as what it means", async (status, trouble, isBlocked) => {
  simulator.refuseNext({ upgrade: { status }, rest: { status } });
  const answers = await reach();
  expect(answers).toMatchObject([
    { trouble, isBlocked },
    { trouble, isBlocked },
  ]);
});

test("a REST host that calls the question wrong is there; an upgrade that fails is not", async () => {
  simulator.refuseNext({ upgrade: { status: 404 }, rest: { status: 404 } });
  expect(await reach()).toMatchObject([{ trouble: null }, { trouble: "refused (HTTP 404)" }]);
});

test("nobody listens, no such name, no answer in time", async () => {
  const nowhere = `127.0.0.1:${await freePort()}`;
  const refused = await reach({ wsUrl: `ws://${nowhere}`, restUrl: `http://${nowhere}` });
  expect(refused.map(({ trouble }) => trouble)).toEqual(
    Array.from({ length: 2 }, () => "connection refused"),
  );
  const [unnamed] = await reach({ runtime: failing(new Error("getaddrinfo ENOTFOUND x.y")) });
  expect(unnamed).toMatchObject({ trouble: "host name not found (DNS)", isBlocked: false });
  const [nameless] = await reach({ runtime: failing(new Error("")) });
  expect(nameless).toMatchObject({ trouble: "connection failed" });
  // The time is over at once.
  const after: ReachOptions["runtime"]["after"] = (ms, run) => {
    expect(ms).toBe(10_000);
    run();
    return () => {};
  };
  const [late] = await reach({ runtime: { ...nodeRuntime, after } });
  expect(late).toMatchObject({ trouble: "no answer within 10 s" });
});

test("a venue without a socket has one host to look at, and a redirect is no answer", async () => {
  const polled = await startSimulator({ venue: "orderly", runtime: nodeRuntime });
  const orderly = venueById("orderly");
  if (orderly === null) throw new Error("Orderly is not in the list");
  const signal = new AbortController().signal;
  const { wsUrl, restUrl } = polled;
  const look = () => checkReach(orderly, { wsUrl, restUrl, runtime: nodeRuntime, signal });
  try {
    const host = new URL(restUrl).host;
    expect(await look()).toEqual([{ kind: "REST", host, trouble: null, isBlocked: false }]);
    polled.refuseNext({ rest: { status: 302, location: "/v1/public/elsewhere" } });
    expect(await look()).toMatchObject([{ trouble: "unexpected redirect" }]);
    expect(polled.lookUps().map(({ path }) => path)).not.toContain("/v1/public/elsewhere");
  } finally {
    await polled.stop();
  }
});

test("a stop ends it at once", async () => {
  const stop = new AbortController();
  stop.abort();
  const answers = await reach({ signal: stop.signal });
  expect(answers.every(({ trouble }) => trouble !== null)).toBe(true);
});
