import { describe, expect, test } from "vitest";
import { buildApi } from "../../src/api/server.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { NOW_MS, SampleControls, sampleApi } from "./samples.ts";

const TOKEN = "an-admin-token-of-the-test";
const app = buildApi(sampleApi({ adminToken: TOKEN }));

describe("what changes something", () => {
  const mutes = { method: "POST", url: "/v1/mutes" } as const;
  const authorization = `Bearer ${TOKEN}`;

  test("does not exist without a token in the configuration", async () => {
    const locked = buildApi(sampleApi());
    const payload = { for: "1h" };
    for (const request of [
      { ...mutes, payload },
      { ...mutes, payload: "{", headers: { "content-type": "application/json" } },
      { method: "DELETE", url: "/v1/mutes/all" } as const,
    ]) {
      const answer = await locked.inject({
        ...request,
        headers: { ...("headers" in request ? request.headers : {}), authorization },
      });
      expect(answer.statusCode).toBe(404);
      expect(answer.json().detail).toBe(`Nothing answers ${request.method} ${request.url}`);
    }
  });

  test.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Basic ${TOKEN}`,
    `Bearer ${"x".repeat(5_000)}`,
  ])("is refused for the authorization %j", async (given) => {
    const headers = given === undefined ? {} : { authorization: given };
    const answer = await app.inject({ ...mutes, headers, payload: { for: "1h" } });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe("Bearer");
    expect(answer.body).not.toContain(TOKEN);
  });

  test("mutes an asset or everything from the engine's clock on, and ends it", async () => {
    const controls = new SampleControls();
    const open = buildApi(sampleApi({ adminToken: TOKEN, controls }));
    const post = (payload: object) =>
      open.inject({ ...mutes, headers: { authorization }, payload });
    const first = await post({ asset: "eth", for: "90m" });
    expect(first.statusCode).toBe(201);
    expect(first.json()).toEqual({
      ...{ id: "ETH", asset: "ETH", venue: null, rule: null },
      until: "2026-11-20T15:36:12.000Z",
    });
    expect((await post({ for: "1h" })).json()).toMatchObject({ id: "all", asset: null });
    expect(controls.muted[0]).toEqual({
      asset: "ETH",
      untilMs: NOW_MS + 5_400_000,
      by: "http:127.0.0.1",
    });
    const end = (id: string) =>
      open.inject({ method: "DELETE", url: `/v1/mutes/${id}`, headers: { authorization } });
    expect((await end("pepe")).statusCode).toBe(204);
    expect(controls.ended).toEqual(["PEPE"]);
    expect((await end("all")).json().detail).toBe('id "all" is not muted');
    expect((await end("BTC")).statusCode).toBe(404);
  });

  test.each([
    [{ for: "0s" }, "for", "for is 0s, expected more than 0s and at most 30d"],
    [{ for: "31d" }, "for", "for is 31d, expected more than 0s and at most 30d"],
    [{}, "for", "for is missing, expected a string"],
    [{ for: 5 }, "for", "for is 5, expected a string"],
    [
      { for: "1h", until: "x" },
      "until",
      "Unknown parameter until; known are asset, venue, rule, for",
    ],
    [{ for: "1h", asset: "NOPE1" }, "asset", 'asset "NOPE1" is not known'],
    [[], "body", "body is missing, expected a JSON object"],
  ])("refuses %j", async (payload, parameter, detail) => {
    const answer = await app.inject({ ...mutes, headers: { authorization }, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0]).toEqual({ parameter, detail });
  });

  test.each([
    ["application/json", "{", 400],
    ["application/json", "", 400],
    ["application/json", "null", 400],
    ["text/plain", "for=1h", 415],
    ["application/json", `{"for":"1h","__proto__":{"x":1}}`, 400],
    ["application/json", `"${"x".repeat(20_000)}"`, 413],
  ])("refuses a body of %s %j with %i", async (type, payload, status) => {
    const headers = { authorization, "content-type": type };
    const answer = await app.inject({ ...mutes, headers, payload });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  });
});

test("the token is in no log line", async () => {
  const said: string[] = [];
  const keep = (fields: unknown, message: string) => {
    said.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log = { ...SILENT_LOG, error: keep, warn: keep, info: keep, debug: keep };
  const controls = new SampleControls();
  controls.mute = async () => {
    throw new Error("broken");
  };
  const broken = buildApi(sampleApi({ adminToken: TOKEN, controls, log }));
  const answer = await broken.inject({
    ...{ method: "POST", url: "/v1/mutes", payload: { for: "1h" } },
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(answer.statusCode).toBe(500);
  expect(said).toHaveLength(1);
  expect(said.join()).not.toContain(TOKEN);
});
