/** `run --demo` as a newcomer runs it, watched over HTTP while it plays. */
import { request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { VENUES } from "../../src/feeds/index.ts";
import { until } from "../real/run-folder.ts";
import { type DaemonProcess, killLeftovers, startDaemon } from "./daemon-process.ts";

/** SPEC 11 asks for 5 s. Four times that here: other suites run on the same two cores. */
const VISIBLE_MS_MAX = 20_000;
const RUN_MS = 35_000;
const STOP_MS_MAX = 10_000;

interface Shown {
  readonly label: string | null;
  readonly feeds: readonly { readonly venue: string; readonly condition: string; rows: number }[];
  readonly totals: {
    readonly hour24: { readonly totalUsd: number; longUsd: number; shortUsd: number };
    readonly byVenue: readonly { readonly name: string; readonly totalUsd: number }[];
  };
  readonly liquidations: readonly object[];
  readonly incidents: readonly {
    readonly scopeKey: string;
    readonly severity: string;
    readonly number: string | null;
    readonly calmedAt: string | null;
  }[];
  readonly inboxes: {
    readonly discord: readonly { readonly embeds: readonly { readonly title: string }[] }[];
    readonly telegram: readonly { readonly html: string }[];
  };
}

afterEach(killLeftovers);

async function shownBy(daemon: DaemonProcess): Promise<Shown> {
  const answer = await daemon.ask("/v1/state");
  return JSON.parse(answer?.text ?? "null");
}

/** Polls the page's data until it is as wanted. */
async function untilShown(
  daemon: DaemonProcess,
  isWanted: (shown: Shown) => boolean,
  { what, withinMs }: { readonly what: string; readonly withinMs: number },
): Promise<Shown> {
  let shown = await shownBy(daemon);
  await until(
    async () => {
      shown = await shownBy(daemon);
      return isWanted(shown);
    },
    what,
    withinMs,
  );
  return shown;
}

/** All that the page's stream sends until `isEnough`. */
function streamed(url: string, isEnough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const asking = request(`${url}/v1/stream`, (response) => {
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
        if (!isEnough(text)) return;
        asking.destroy();
        resolve(text);
      });
      response.on("end", () => reject(new Error(`The stream ended early: ${text.slice(-500)}`)));
    });
    asking.on("error", reject).end();
  });
}

describe("the demo", () => {
  test("plays its first act on the page, in both inboxes and in the summary", {
    timeout: 90_000,
  }, async () => {
    const startedMs = Date.now();
    const daemon = startDaemon(["--demo", "--for", "35s", "--json"]);
    const url = await daemon.url();
    const page = await daemon.ask("/");
    expect(page?.status).toBe(200);
    expect(page?.text).toContain("<title>");
    expect(daemon.err()).toContain("SIMULATION");
    await daemon.ready();
    const readyMs = Date.now();
    const stream = streamed(url, (text) => /"telegram":\[\{/.test(text));

    const early = await untilShown(daemon, ({ liquidations }) => liquidations.length > 0, {
      ...{ what: "the page shows liquidations", withinMs: VISIBLE_MS_MAX },
    });
    expect(Date.now() - startedMs).toBeLessThan(VISIBLE_MS_MAX);
    expect(early.label).toBe("SIMULATION");
    expect(early.feeds.map(({ venue }) => venue)).toEqual(["binance", "bybit", "okx"]);

    const critical = await untilShown(
      daemon,
      ({ incidents, inboxes }) =>
        incidents.some(({ severity }) => severity === "CRITICAL") && inboxes.telegram.length > 0,
      { what: "an incident is CRITICAL", withinMs: RUN_MS },
    );
    expect(critical.feeds.map(({ condition }) => condition)).toEqual(Array(3).fill("subscribed"));
    expect(critical.incidents).toMatchObject([{ scopeKey: "SOL", number: "A-1", calmedAt: null }]);
    const { hour24 } = critical.totals;
    expect(hour24.totalUsd).toBeGreaterThan(7_500_000);
    expect(hour24.longUsd + hour24.shortUsd).toBeCloseTo(hour24.totalUsd, 2);
    expect(critical.inboxes.discord[0]?.embeds[0]?.title).toMatch(/^SIMULATION/);
    expect(critical.inboxes.telegram[0]?.html).toMatch(/SIMULATION/);

    const calm = await untilShown(
      daemon,
      ({ incidents }) => incidents.every(({ calmedAt }) => calmedAt !== null),
      { what: "it is resolved within 30 s", withinMs: 30_000 - (Date.now() - readyMs) },
    );
    expect(calm.incidents).toHaveLength(1);
    expect(await stream).toContain("SIMULATION");

    const { code, out } = await daemon.ended;
    expect(code).toBe(0);
    expect(Date.now() - readyMs).toBeLessThan(RUN_MS + STOP_MS_MAX);
    expectGoodSummary(out);
  });

  test("plays every venue when asked for all, without an error", { timeout: 90_000 }, async () => {
    const daemon = startDaemon(["--demo", "--venues", "all", "--json"]);
    await daemon.ready();
    const shown = await untilShown(
      daemon,
      // Venues with one topic per market and a strict pace take a minute to subscribe to them all,
      // and one that is polled shows what happened in its next round.
      ({ feeds }) => feeds.length > 0 && feeds.every(({ rows }) => rows > 0),
      { what: "every venue has shown a liquidation", withinMs: 60_000 },
    );
    expect(shown.feeds.map(({ venue }) => venue)).toEqual(VENUES.map(({ id }) => id));
    expect(shown.feeds.map(({ condition }) => condition)).not.toContain("down");
    const { code, out } = await daemon.stop();
    expect(code).toBe(0);
    expect(daemon.err()).not.toContain("Warning");
    expect(JSON.parse(out)).toMatchObject({ quarantined: 0, rejected: 0, errors: 0 });
  });
});

function expectGoodSummary(out: string): void {
  expect(out.endsWith("}\n")).toBe(true);
  const summary = JSON.parse(out);
  expect(summary).toMatchObject({
    ...{ duplicates: 0, quarantined: 0, rejected: 0, errors: 0 },
    alerts: { opened: 1, escalated: 3, reopened: 0, suppressed: 0, resolved: 1 },
    deliveries: { retried: 0, parked: 0, pending: 0 },
  });
  expect(summary.frames).toBeGreaterThan(50);
  expect(summary.liquidations).toBeGreaterThan(50);
  const { delivered, edited, byNotifier } = summary.deliveries;
  // One message up to HIGH, one for CRITICAL, one silent summary; a busy machine tells both at once.
  for (const messages of [byNotifier.discord, byNotifier.telegram]) {
    expect([2, 3]).toContain(messages);
  }
  expect(delivered).toBe(byNotifier.discord + byNotifier.telegram);
  expect(edited).toBeGreaterThanOrEqual(2);
}
