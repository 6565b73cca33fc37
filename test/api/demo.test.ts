import { expect, test } from "vitest";
import { buildApi } from "../../src/api/server.ts";
import { TINY_PNG } from "../pictures/sample-charts.ts";
import { SAMPLE_INBOXES, sampleApi } from "./samples.ts";

function demo() {
  const said: string[] = [];
  const inboxes = { ...SAMPLE_INBOXES, say: (text: string) => void said.push(text) };
  const app = buildApi(sampleApi({ inboxes }));
  const post = (payload: string, more: object = {}) =>
    app.inject({
      ...{ method: "POST", url: "/demo/telegram", payload },
      headers: { "content-type": "application/json" },
      ...more,
    });
  return { said, post };
}

test("the page's input writes to the local bot", async () => {
  const { said, post } = demo();
  const answer = await post('{"text": " /liq24h btc "}');
  expect(answer.statusCode).toBe(202);
  expect(said).toEqual(["/liq24h btc"]);
});

test.each([
  ["{}", 400],
  ['{"text": ""}', 400],
  ['{"text": 5}', 400],
  ['{"text": "x", "chatId": "1"}', 400],
  [JSON.stringify({ text: "x".repeat(401) }), 400],
  ["not json", 400],
])("%s is refused", async (payload, status) => {
  const { said, post } = demo();
  const answer = await post(payload);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers["content-type"]).toContain("application/problem+json");
  expect(said).toEqual([]);
});

test("only this machine may write, and no form of another page", async () => {
  const { said, post } = demo();
  expect((await post('{"text": "x"}', { remoteAddress: "192.168.1.5" })).statusCode).toBe(403);
  const form = { headers: { "content-type": "text/plain" } };
  expect((await post('{"text": "x"}', form)).statusCode).toBeGreaterThanOrEqual(400);
  expect(said).toEqual([]);
});

test("outside the demo there is no such route", async () => {
  const app = buildApi(sampleApi());
  const answer = await app.inject({
    method: "POST",
    url: "/demo/telegram",
    payload: { text: "x" },
  });
  expect(answer.statusCode).toBe(404);
});

test("pictures that were sent are shown by message, others are not there", async () => {
  const app = buildApi(sampleApi({ inboxes: SAMPLE_INBOXES }));
  const answer = await app.inject("/demo/pictures/telegram/-100%2F1?at=7");
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "image/png"]);
  expect(answer.rawPayload.equals(TINY_PNG)).toBe(true);
  for (const path of ["telegram/9", "discord/-100%2F1", "elsewhere/-100%2F1"]) {
    expect((await app.inject(`/demo/pictures/${path}`)).statusCode).toBe(404);
  }
});
