import { connect, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type Api, buildApi, startApi } from "../../src/api/server.ts";
import { LiqError } from "../../src/errors.ts";
import { SILENT_LOG } from "../../src/log.ts";
import type { Queries } from "../../src/queries.ts";
import { NOW_MS, SAMPLE_INBOXES, sampleApi, sampleQueries } from "./samples.ts";

const running: Api[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.close()));
});

const options = sampleApi({ inboxes: SAMPLE_INBOXES });
const appOf = (queries: Queries) => buildApi({ ...options, queries });

describe("the page", () => {
  test("is HTML under a policy that lets it load nothing of others", async () => {
    const answer = await appOf(sampleQueries()).inject("/");
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    const policy = answer.headers["content-security-policy"];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    expect(answer.body).toContain("SIMULATION");
  });

  test("names no other host and needs no file that is not served", async () => {
    const app = appOf(sampleQueries());
    const seen = new Set<string>();
    const toRead = ["/"];
    for (const path of toRead) {
      if (seen.has(path)) continue;
      seen.add(path);
      const answer = await app.inject(path);
      expect([path, answer.statusCode]).toEqual([path, 200]);
      expect(answer.body).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg|core\.telegram\.org)/);
      const local = answer.body.matchAll(/(?:href|src)="(\/web\/[^"]+)"|from "\.\/([^"]+)"/g);
      for (const [, served, imported] of local) toRead.push(served ?? `/web/${imported}`);
    }
    expect(seen.size).toBeGreaterThan(10);
  });

  test("is not sent again to who has it", async () => {
    const app = appOf(sampleQueries());
    const { etag } = (await app.inject("/web/page.js")).headers;
    const again = await app.inject({
      url: "/web/page.js",
      headers: { "if-none-match": String(etag) },
    });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe("");
  });

  test("does not serve files beside its own", async () => {
    const app = appOf(sampleQueries());
    for (const url of ["/web/../package.json", "/web/%2e%2e/package.json", "/web/"]) {
      expect((await app.inject(url)).statusCode).toBe(404);
    }
  });
});

describe("health", () => {
  test("is well as soon as the process answers", async () => {
    const answer = await appOf(sampleQueries({ role: "starting" })).inject("/healthz");
    expect(answer.json()).toEqual({ status: "ok" });
  });

  test("is ready when it decides, and says on what kind of store and what it does not see", async () => {
    const answer = await appOf(sampleQueries()).inject("/readyz");
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      status: "ready",
      reasons: ["Not subscribed: okx"],
      store: "embedded",
      durability: "Survives a crash of the process, not a loss of power",
      watched: ["bybit"],
      dark: ["okx"],
      clockWarning: null,
      parkedTargets: [],
    });
  });

  test("is ready, and says so, while the messages of a venue cannot be read", async () => {
    const answer = await appOf(sampleQueries({ isUnreadable: true })).inject("/readyz");
    expect(answer.statusCode).toBe(200);
    expect(answer.json().reasons).toContain("Messages cannot be read, the log says why: bybit");
    const metrics = await appOf(sampleQueries({ isUnreadable: true })).inject("/metrics");
    expect(metrics.body).toContain('liqwatch_feed_degraded{venue="bybit"} 1');
    expect(metrics.body).toContain('liqwatch_feed_degraded{venue="okx"} 0');
    const venues = await appOf(sampleQueries({ isUnreadable: true })).inject("/v1/venues");
    expect(venues.json().items.map((item: { degraded: unknown }) => item.degraded)).toEqual([
      { since: "2026-11-20T14:05:42.000Z", messages: 31, detail: "shape: topic is 7" },
      null,
    ]);
  });

  test("is ready, and says so, while a venue hangs up again and again", async () => {
    const { feeds, ...rest } = sampleQueries();
    const unsteady = {
      sinceMs: Date.UTC(2026, 10, 20, 14, 5),
      hangUps: 4,
      reason: "cut: code 1006",
    };
    const [bybit, ...others] = feeds();
    const seen = bybit === undefined ? [] : [{ ...bybit, unsteady }, ...others];
    const app = appOf({ ...rest, feeds: () => seen });
    const answer = await app.inject("/readyz");
    expect(answer.statusCode).toBe(200);
    expect(answer.json().reasons).toContain("Hang up again and again: bybit");
    const metrics = await app.inject("/metrics");
    expect(metrics.body).toContain('liqwatch_feed_unsteady{venue="bybit"} 1');
    expect(metrics.body).toContain('liqwatch_feed_unsteady{venue="okx"} 0');
    const venues = await app.inject("/v1/venues");
    expect(venues.json().items.map((item: { unsteady: unknown }) => item.unsteady)).toEqual([
      { since: "2026-11-20T14:05:00.000Z", hangUps: 4, reason: "cut: code 1006" },
      null,
    ]);
  });

  test("is ready, and says so, while the sides of a venue seem exchanged", async () => {
    const app = appOf(sampleQueries({ isSuspect: true }));
    const answer = await app.inject("/readyz");
    expect(answer.statusCode).toBe(200);
    expect(answer.json().reasons).toContain(
      "Sides seem wrong, rules leave these venues out: bybit",
    );
    const metrics = await app.inject("/metrics");
    expect(metrics.body).toContain('liqwatch_feed_suspect{venue="bybit"} 1');
    expect(metrics.body).toContain('liqwatch_feed_suspect{venue="okx"} 0');
    const venues = await app.inject("/v1/venues");
    expect(venues.json().items.map((item: { suspect: unknown }) => item.suspect)).toEqual([
      { since: "2026-11-20T14:05:42.000Z", detail: "only 3 of its last 50 rows fit" },
      null,
    ]);
  });

  test("stays ready with a parked target, and says what to do", async () => {
    const parked = { target: "discord", sinceMs: NOW_MS - 60_000, reason: "gone: 404" };
    const answer = await appOf(sampleQueries({ parkedTargets: [parked] })).inject("/readyz");
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ status: "ready", parkedTargets: ["discord"] });
    expect(answer.json().reasons).toContain(
      "Target discord is parked: correct it, then liqwatch test-alert discord",
    );
  });

  test.each([
    [{ role: "starting" }, "starting", "The store is being opened and read back"],
    [{ role: "standby" }, "standby", "Another process decides; this one takes over when it ends"],
    [{ isBlind: true }, "blind", "No venue is subscribed"],
    [
      { storeTrouble: "connect 10.0.0.7:5432 refused" },
      "no-store",
      "The database cannot be used; the log says why",
    ],
  ] as const)("is not ready for %j", async (state, status, reason) => {
    const answer = await appOf(sampleQueries(state)).inject("/readyz");
    expect(answer.statusCode).toBe(503);
    expect(answer.json().status).toBe(status);
    expect(answer.json().reasons[0]).toBe(reason);
    expect(answer.body).not.toContain("10.0.0.7");
  });
});

describe("errors", () => {
  test("are problem details for an unknown path", async () => {
    const answer = await appOf(sampleQueries()).inject("/v1/nothing");
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(answer.json()).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: "Nothing answers GET /v1/nothing",
    });
  });

  test("tell the log and not the asker when an answer fails", async () => {
    const said: unknown[] = [];
    const log = { ...SILENT_LOG, error: (fields: unknown) => void said.push(fields) };
    const failing: Queries = {
      ...sampleQueries(),
      feeds: () => {
        throw new Error("secret path /etc/liqwatch");
      },
    };
    const answer = await buildApi({ ...options, queries: failing, log }).inject("/v1/state");
    expect(answer.statusCode).toBe(500);
    expect(answer.json().detail).toBe("The daemon could not answer; its log says why");
    expect(answer.body).not.toContain("secret");
    expect(said).toHaveLength(1);
  });
});

describe("listening", () => {
  test("takes a free port for port 0 and answers there", async () => {
    const api = await startApi({
      ...options,
      queries: sampleQueries(),
      host: "127.0.0.1",
      port: 0,
    });
    running.push(api);
    expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d{2,5}$/);
    expect(await (await fetch(`${api.url}/healthz`)).json()).toEqual({ status: "ok" });
  });

  test("stops soon, whatever connections are open and say nothing", async () => {
    const api = await startApi({ ...options, host: "127.0.0.1", port: 0 });
    const port = Number(new URL(api.url).port);
    const head = "POST /v1/mutes HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{";
    for (const text of ["", "GET / HT", head]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      await new Promise<void>((resolve) => socket.once("connect", resolve));
      socket.write(text);
    }
    await fetch(`${api.url}/healthz`);
    const startedMs = performance.now();
    await api.close();
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });

  test("names host and port when the port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const start = startApi({ ...options, queries: sampleQueries(), host: "127.0.0.1", port });
    await expect(start).rejects.toThrow(LiqError);
    await expect(start).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the port is in use (set http.port or LIQWATCH_HTTP_PORT, 0 = any)`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
