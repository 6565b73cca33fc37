import { afterEach, describe, expect, test } from "vitest";
import { type DiscordServer, startDiscordServer } from "../../src/demo/discord-server.ts";
import { LiqError } from "../../src/errors.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";

let server: DiscordServer;
let nowMs = 1_795_000_000_000;
const runtime: Runtime = { ...nodeRuntime, nowMs: () => nowMs };

async function start(over: { limits?: boolean; port?: number } = {}): Promise<void> {
  server = await startDiscordServer({ runtime, webhooks: 2, limits: false, ...over });
}
function post(body: unknown, { number = 1, wait = true } = {}): Promise<Response> {
  return fetch(`${server.webhookUrl(number)}?wait=${wait}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
afterEach(() => server.close());

describe("the local Discord", () => {
  test("answers with the message when asked to wait, else with an empty 204", async () => {
    await start();
    const waited = await post({ content: "hello" });
    expect(waited.status).toBe(200);
    expect(await waited.json()).toMatchObject({ content: "hello", type: 0, author: { bot: true } });
    const unwaited = await post({ content: "again" }, { wait: false });
    expect([unwaited.status, unwaited.headers.get("content-type")]).toEqual([204, null]);
    expect(server.messages().map(({ title }) => title)).toEqual(["hello", "again"]);
  });

  test("edits a message in place and tells its listeners", async () => {
    await start();
    const told: (number | null)[] = [];
    const stop = server.onMessage(({ editedAtMs }) => told.push(editedAtMs));
    const sent: unknown = await (await post({ content: "one" })).json();
    const id = String(Object(sent).id);
    nowMs += 5_000;
    const url = `${server.webhookUrl(1)}/messages/${id}`;
    const edit = { method: "PATCH", body: JSON.stringify({ content: "two" }) };
    expect((await fetch(url, edit)).status).toBe(200);
    stop();
    expect((await fetch(`${server.webhookUrl(1)}/messages/9`, edit)).status).toBe(404);
    expect(server.messages()).toHaveLength(1);
    expect(server.messages()[0]).toMatchObject({ id, title: "two", editedAtMs: nowMs });
    expect(told).toEqual([null, nowMs]);
  });

  test("reads multipart bodies as clients send them with files", async () => {
    await start();
    const form = new FormData();
    form.append("files[0]", new Blob(["\u0000binary\r\n--x"]), "chart.png");
    form.append("payload_json", JSON.stringify({ embeds: [{ title: "with a picture" }] }));
    const answer = await fetch(`${server.webhookUrl(1)}?wait=true`, { method: "POST", body: form });
    expect(answer.status).toBe(200);
    expect(server.messages()[0]?.title).toBe("with a picture");
  });

  test.each([
    [{}, 50006, undefined],
    [{ content: "x".repeat(2_001) }, 50035, ["content"]],
    [{ embeds: [{ title: "x".repeat(257) }] }, 50035, ["embeds", "0", "title"]],
    [
      { embeds: [{ fields: [{ name: "", value: "v" }] }] },
      50035,
      ["embeds", "0", "fields", "0", "name"],
    ],
    [{ embeds: Array(11).fill({ title: "x" }) }, 50035, ["embeds"]],
    [
      { embeds: [{ description: "x".repeat(4_000), footer: { text: "y".repeat(2_001) } }] },
      50035,
      ["embeds"],
    ],
  ])("refuses what Discord refuses, with its error shape (%#)", async (body, code, path) => {
    await start();
    const answer = await post(body);
    const error: unknown = await answer.json();
    expect(answer.status).toBe(400);
    expect(error).toMatchObject({ code });
    if (path !== undefined) expect(error).toHaveProperty(["errors", ...path, "_errors"]);
    expect(server.messages()).toHaveLength(0);
  });

  test("limits a webhook to five requests in two seconds, in headers and body", async () => {
    await start({ limits: true });
    const answers: Response[] = [];
    for (let count = 0; count < 6; count += 1) answers.push(await post({ content: "x" }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    const [first, last] = [answers[0]?.headers, answers[5]];
    expect(first?.get("x-ratelimit-remaining")).toBe("4");
    expect(first?.get("x-ratelimit-reset-after")).toBe("2.000");
    expect(last?.headers.get("x-ratelimit-scope")).toBe("user");
    expect(last?.headers.get("retry-after")).toBe("2");
    expect(await last?.json()).toMatchObject({ retry_after: 2, global: false });
    expect((await post({ content: "x" }, { number: 2 })).status).toBe(200);
    nowMs += 2_000;
    expect((await post({ content: "x" })).status).toBe(200);
  });

  test("limits a channel to thirty requests a minute without a word in headers", async () => {
    await start({ limits: true });
    for (let count = 0; count < 30; count += 1) {
      nowMs += 500;
      expect((await post({ content: "x" })).status).toBe(200);
    }
    nowMs += 500;
    const answer = await post({ content: "x" });
    expect(answer.status).toBe(429);
    expect(answer.headers.get("x-ratelimit-scope")).toBe("shared");
    expect(answer.headers.get("x-ratelimit-remaining")).not.toBe("0");
    expect(await answer.json()).toMatchObject({ retry_after: 45 });
  });

  test("says on which port it cannot listen", async () => {
    await start();
    const port = Number(new URL(server.apiBaseUrl).port);
    const second = startDiscordServer({ runtime, webhooks: 1, limits: false, port });
    await expect(second).rejects.toThrow(LiqError);
    await expect(second).rejects.toThrow(`Port ${port} cannot be used`);
  });
});
