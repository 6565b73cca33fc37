import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Api, startApi } from "../../src/api/server.ts";
import { STREAM_CLIENTS_MAX } from "../../src/api/stream.ts";
import { sampleApi, sampleQueries } from "./samples.ts";

const DEADLINE = { timeout: 5_000, interval: 20 };
const started: Api[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(started.splice(0).map((api) => api.close()));
});

async function start(dayCents: () => number): Promise<Api> {
  const api = await startApi({
    ...sampleApi({ queries: sampleQueries({ dayCents }) }),
    host: "127.0.0.1",
    port: 0,
  });
  started.push(api);
  return api;
}

/** A plain socket that reads a stream, as a browser would. */
function listen(api: Api) {
  const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
  sockets.push(socket);
  const reader = { text: "", hasEnded: false };
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => {
    reader.text += chunk;
  });
  socket.on("end", () => {
    reader.hasEnded = true;
  });
  socket.write("GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n");
  const events = () =>
    [...reader.text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json ?? ""));
  return { reader, events };
}

describe("the stream", () => {
  test("begins with the whole state and goes on with changed sections only", async () => {
    let dayCents = 742_000_10;
    const api = await start(() => dayCents);
    const { events, reader } = listen(api);
    await vi.waitFor(() => expect(events()).toHaveLength(1), DEADLINE);
    expect(reader.text).toContain("content-type: text/event-stream");
    expect(reader.text).toContain("content-security-policy:");
    expect(reader.text).toContain("retry: 2000");
    const [first] = events();
    expect(Object.keys(first)).toEqual([
      ...["at", "label", "status", "feeds", "totals", "liquidations", "incidents", "summary"],
      "inboxes",
    ]);
    expect(first.totals.hour24.totalUsd).toBe(742_000.1);
    dayCents = 800_000_00;
    await vi.waitFor(() => expect(events()).toHaveLength(2), DEADLINE);
    expect(Object.keys(events()[1])).toEqual(["totals"]);
    expect(events()[1].totals.hour24.totalUsd).toBe(800_000);
  });

  test("writes at most twice a second however often things change", async () => {
    let cents = 100_000_00;
    const api = await start(() => cents++);
    const { events } = listen(api);
    await vi.waitFor(() => expect(events()).toHaveLength(1), DEADLINE);
    const fromMs = performance.now();
    await vi.waitFor(() => expect(events().length).toBeGreaterThanOrEqual(4), DEADLINE);
    expect(performance.now() - fromMs).toBeGreaterThan(1_000);
  });

  test("ends when the server closes, and the server does close", async () => {
    const api = await start(() => 1_000_000_00);
    const { events, reader } = listen(api);
    await vi.waitFor(() => expect(events()).toHaveLength(1), DEADLINE);
    await api.close();
    await vi.waitFor(() => expect(reader.hasEnded).toBe(true), DEADLINE);
  });

  test("says no when all its places are taken, and has places again when readers leave", async () => {
    const api = await start(() => 1_000_000_00);
    const readers = Array.from({ length: STREAM_CLIENTS_MAX }, () => listen(api));
    await vi.waitFor(() => {
      expect(readers.every(({ events }) => events().length === 1)).toBe(true);
    }, DEADLINE);
    const refused = await fetch(`${api.url}/v1/stream`);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining("64 streams") });
    for (const socket of sockets.splice(0)) socket.destroy();
    await vi.waitFor(async () => {
      const again = await fetch(`${api.url}/v1/stream`);
      await again.body?.cancel();
      expect(again.status).toBe(200);
    }, DEADLINE);
  });

  test("answers HEAD without holding anything open", async () => {
    const api = await start(() => 1_000_000_00);
    expect((await fetch(`${api.url}/v1/stream`, { method: "HEAD" })).status).toBe(404);
  });
});
