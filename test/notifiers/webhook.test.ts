import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Attempt, Message, Notifier, WebhookTarget } from "../../src/notifiers/notifier.ts";
import { createWebhookNotifier, type WebhookDeps } from "../../src/notifiers/webhook.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../fakes/webhook-receiver.ts";
import { sampleMessage } from "./sample-message.ts";

const SECRET = "canary-secret-of-the-receiver-32";
const open: { close(): Promise<void> }[] = [];
let receiver: WebhookReceiver;

function notifier(over: Partial<WebhookTarget> = {}, deps: Partial<WebhookDeps> = {}): Notifier {
  const target: WebhookTarget = {
    type: "webhook",
    name: "hook",
    purpose: "alerts",
    minSeverity: "LOW",
    silentBelow: "HIGH",
    url: `http://127.0.0.1:${receiver.port}/alerts/canary-path?key=canary-query`,
    secret: SECRET,
    allowPrivate: true,
    ...over,
  };
  const made = createWebhookNotifier(target, { runtime: nodeRuntime, ...deps });
  open.push(made);
  return made;
}
function send(by: Notifier, message: Message = sampleMessage()): Promise<Attempt> {
  return by.send(message, new AbortController().signal);
}
/** Real timers, but ours fire a hundred times as fast. */
const impatient: Runtime = { ...nodeRuntime, after: (ms, run) => nodeRuntime.after(ms / 100, run) };

beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await receiver.close();
});

describe("a webhook", () => {
  test("receives one signed POST with the figures, under the delivery's id", async () => {
    const atMs = 1_700_000_000_900;
    const runtime = { ...nodeRuntime, nowMs: () => atMs };
    expect(await send(notifier({}, { runtime }))).toEqual({ outcome: "delivered", remoteId: null });
    const [request, ...others] = receiver.received;
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      method: "POST",
      path: "/alerts/canary-path?key=canary-query",
      headers: {
        host: `127.0.0.1:${receiver.port}`,
        "content-type": "application/json",
        "user-agent": "liqwatch-webhook/1",
        "idempotency-key": "9b1c.discord.1",
      },
    });
    const body = request?.body ?? "";
    const digest = createHmac("sha256", SECRET).update(`1700000000.${body}`).digest("hex");
    expect(request?.headers["x-liqwatch-signature"]).toBe(`t=1700000000,v1=${digest}`);
    expect(JSON.parse(body)).toMatchObject({
      ...{ version: 1, type: "alert", deliveryId: "9b1c.discord.1", number: "A-20417" },
      alerts: [{ alertId: "3f2a9c01d4e5b677", totalUsd: 7_420_000, severity: "MEDIUM" }],
    });
    expect(body).not.toContain("canary");
  });

  test.each([
    [200, "delivered", undefined],
    [202, "delivered", undefined],
    [301, "dead", "gone"],
    [307, "dead", "gone"],
    [400, "dead", "bad-request"],
    [401, "dead", "auth"],
    [403, "dead", "gone"],
    [404, "dead", "gone"],
    [408, "retry", "timeout"],
    [410, "dead", "gone"],
    [413, "dead", "bad-request"],
    [429, "retry", "rate-limited"],
    [500, "retry", "server"],
    [503, "retry", "server"],
  ])("answering %d means %s, %s", async (status, outcome, reason) => {
    const headers = { location: `http://127.0.0.1:${receiver.port}/elsewhere` };
    receiver.answer((response) => response.writeHead(status, headers).end("no"));
    const attempt = await send(notifier());
    expect(attempt.outcome).toBe(outcome);
    expect("reason" in attempt ? attempt.reason : undefined).toBe(reason);
    expect(receiver.received).toHaveLength(1);
  });

  test.each([
    ["7", 7_000],
    ["0", 0],
    ["999999", 3_600_000],
    ["Fri, 20 Nov 2026 10:00:30 GMT", 30_000],
    ["Fri, 20 Nov 2026 09:00:00 GMT", null],
    ["soon", null],
    ["-5", null],
  ])("Retry-After %s is a wait of %s ms", async (header, afterMs) => {
    receiver.answer((response) => response.writeHead(503, { "retry-after": header }).end());
    const runtime = { ...nodeRuntime, nowMs: () => Date.UTC(2026, 10, 20, 10) };
    expect(await send(notifier({}, { runtime }))).toMatchObject({ outcome: "retry", afterMs });
  });

  test("a cut connection, nobody there and silence are tried again", async () => {
    receiver.answer((response) => response.destroy());
    expect(await send(notifier())).toMatchObject({ outcome: "retry", reason: "network" });
    receiver.answer(() => {});
    expect(await send(notifier({}, { runtime: impatient }))).toEqual({
      outcome: "retry",
      reason: "timeout",
      afterMs: null,
      detail: "No answer within 10000 ms",
    });
    const { port } = receiver;
    await receiver.close();
    const attempt = await send(notifier({ url: `http://127.0.0.1:${port}/canary` }));
    expect(attempt).toMatchObject({ outcome: "retry", reason: "network" });
    receiver = await startWebhookReceiver();
  });

  test("an answer without end is read to a bound, one that drips counts by its status", async () => {
    receiver.answer((response) => {
      response.writeHead(400);
      const write = (): void => {
        if (response.destroyed) return;
        if (response.write("x".repeat(65_536))) setImmediate(write);
        else response.once("drain", write);
      };
      write();
    });
    const attempt = await send(notifier());
    expect(attempt).toMatchObject({ outcome: "dead", reason: "bad-request" });
    expect(attempt.outcome === "dead" ? attempt.detail.length : 0).toBeLessThan(400);
    receiver.answer((response) => void response.writeHead(200).write("."));
    expect(await send(notifier({}, { runtime: impatient }))).toMatchObject({
      outcome: "delivered",
    });
  });

  test("an attempt is cut short at shutdown", async () => {
    receiver.answer(() => {});
    const stop = new AbortController();
    const attempt = notifier().send(sampleMessage(), stop.signal);
    stop.abort();
    expect(await attempt).toMatchObject({ outcome: "retry", reason: "network" });
  });

  test("neither secret nor address is in any reason, even when the receiver echoes them", async () => {
    const { port } = receiver;
    const url = `http://127.0.0.1:${port}/alerts/canary-path?key=canary-query`;
    receiver.answer((response) => response.writeHead(400).end(`${SECRET} ${url} no`));
    const attempts = [await send(notifier())];
    receiver.answer((response) => response.destroy());
    attempts.push(await send(notifier()));
    await receiver.close();
    attempts.push(await send(notifier()));
    receiver = await startWebhookReceiver();
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["dead", "retry", "retry"]);
    expect(JSON.stringify(attempts)).not.toContain("canary");
    expect(JSON.stringify(attempts)).toContain("[secret]");
  });
});

describe("addresses that are not for us", () => {
  const answering = (...addresses: readonly string[]): Partial<WebhookDeps> => ({
    resolve: async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  });

  test.each([
    "http://127.0.0.1:PORT/a",
    "http://localhost:PORT/a",
    "http://2130706433:PORT/a",
    "http://0x7f.0.0.1:PORT/a",
    "http://017700000001:PORT/a",
    "http://[::1]:PORT/a",
    "http://[::ffff:127.0.0.1]:PORT/a",
    "http://0.0.0.0:PORT/a",
  ])("%s is refused without a connection", async (pattern) => {
    const url = pattern.replace("PORT", String(receiver.port));
    const attempt = await send(notifier({ url, allowPrivate: false }));
    expect(attempt).toMatchObject({ outcome: "dead", reason: "gone" });
    expect(attempt.outcome === "dead" ? attempt.detail : "").toMatch(/^Address \S+ of \S+ is /);
    expect(receiver.received).toEqual([]);
  });

  test.each([["10.0.0.7"], ["169.254.169.254"], ["::ffff:10.0.0.7"], ["fd00::7"]])(
    "a name that means %s is refused, also beside a public address",
    async (address) => {
      const url = `https://receiver.test:${receiver.port}/a`;
      for (const all of [[address], ["93.184.216.34", address]]) {
        const attempt = await send(notifier({ url, allowPrivate: false }, answering(...all)));
        expect(attempt).toMatchObject({ outcome: "dead", reason: "gone" });
        expect(attempt.outcome === "dead" ? attempt.detail : "").toContain(
          `Address ${address} of receiver.test is`,
        );
      }
    },
  );

  test("allowPrivate does not open metadata services", async () => {
    const url = `http://receiver.test:${receiver.port}/a`;
    const attempt = await send(notifier({ url }, answering("169.254.169.254")));
    expect(attempt).toMatchObject({
      detail: "Address 169.254.169.254 of receiver.test is forbidden",
    });
  });

  test("the address that was judged is the one connected to, whatever the name means later", async () => {
    const asked: string[] = [];
    const resolve: WebhookDeps["resolve"] = async (host) => {
      asked.push(host);
      // Names that exist nowhere: only what was judged can lead to the receiver.
      return [{ address: asked.length === 1 ? "127.0.0.1" : "10.0.0.7", family: 4 }];
    };
    const url = `http://rebinding.test:${receiver.port}/a`;
    expect(await send(notifier({ url }, { resolve }))).toMatchObject({ outcome: "delivered" });
    expect(asked).toEqual(["rebinding.test"]);
    expect(receiver.received[0]?.headers.host).toBe(`rebinding.test:${receiver.port}`);
  });

  test("a name without an address, or that is not known, is tried again", async () => {
    const url = "https://receiver.test/canary";
    expect(await send(notifier({ url }, answering()))).toMatchObject({
      ...{ outcome: "retry", reason: "network" },
      detail: "Name receiver.test has no address",
    });
    const resolve = () => Promise.reject(new Error("getaddrinfo ENOTFOUND receiver.test"));
    expect(await send(notifier({ url }, { resolve }))).toMatchObject({ outcome: "retry" });
  });
});

describe("over TLS", () => {
  const read = (name: string) => readFileSync(`test/fixtures/tls/${name}.pem`, "utf8");
  const tls = { key: read("key"), cert: read("cert") };
  const here = { resolve: async () => [{ address: "127.0.0.1", family: 4 }] };
  let secure: WebhookReceiver;
  beforeEach(async () => {
    secure = await startWebhookReceiver(tls);
  });
  afterEach(() => secure.close());

  test("the name is asked for and checked although the address is fixed", async () => {
    const url = `https://receiver.test:${secure.port}/a`;
    expect(await send(notifier({ url }, { ...here, ca: tls.cert }))).toMatchObject({
      outcome: "delivered",
    });
    expect(secure.received[0]?.serverName).toBe("receiver.test");
  });

  test("a certificate of another name or of nobody known is no delivery", async () => {
    const other = `https://other.test:${secure.port}/a`;
    const wrong = await send(notifier({ url: other }, { ...here, ca: tls.cert }));
    expect(wrong).toMatchObject({ outcome: "retry", reason: "network" });
    expect(wrong.outcome === "retry" ? wrong.detail : "").toContain("other.test");
    const url = `https://receiver.test:${secure.port}/a`;
    expect(await send(notifier({ url }, here))).toMatchObject({ outcome: "retry" });
    expect(secure.received).toEqual([]);
  });
});
