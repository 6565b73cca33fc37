import { expect, test } from "vitest";
import { buildApi } from "../../src/api/server.ts";
import { SampleControls, sampleApi } from "./samples.ts";

const TOKEN = "an-admin-token-of-the-test";
const authorization = `Bearer ${TOKEN}`;
const post = (name: string) => ({ method: "POST", url: `/v1/targets/${name}/test` }) as const;

test("a TEST message is sent for the admin alone, and says what came of it", async () => {
  const controls = new SampleControls();
  const app = buildApi(sampleApi({ adminToken: TOKEN, controls }));
  const answer = await app.inject({ ...post("discord"), headers: { authorization } });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    ...{ target: "discord", delivered: true, latencyMs: 12, remoteId: "77" },
    ...{ reason: null, detail: null, rearmed: true, resent: 3 },
  });
  expect((await app.inject(post("discord"))).statusCode).toBe(401);
  expect(controls.tested).toEqual(["http:127.0.0.1"]);
});

test("a target that there is not is not found, and says which there are", async () => {
  const app = buildApi(sampleApi({ adminToken: TOKEN }));
  const answer = await app.inject({ ...post("dicsord"), headers: { authorization } });
  expect(answer.statusCode).toBe(404);
  expect(answer.json().detail).toBe("Unknown target dicsord, expected one of discord");
});

test("without a token in the configuration there is no such route", async () => {
  const app = buildApi(sampleApi());
  const answer = await app.inject({ ...post("discord"), headers: { authorization } });
  expect(answer.statusCode).toBe(404);
  expect(answer.json().detail).toBe("Nothing answers POST /v1/targets/discord/test");
});
