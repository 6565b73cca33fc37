/** What a daemon answers that does not decide (yet). */
import { expect, test } from "vitest";
import { requireDeciding, requireOpen } from "../../src/api/role.ts";
import { buildApi } from "../../src/api/server.ts";
import { sampleApi, sampleQueries } from "./samples.ts";

const appOf = (queries: ReturnType<typeof sampleQueries>) => buildApi(sampleApi({ queries }));

test.each([
  ["starting", "/v1/totals", "This daemon is still starting: it has no figures yet"],
  ["starting", "/v1/windows/BTC", "This daemon is still starting: it has no figures yet"],
  [
    "standby",
    "/v1/windows/BTC",
    "This daemon stands by for another one that decides: windows under 15m are in that one's memory; /v1/totals answers 15m to 24h",
  ],
  [
    "standby",
    "/v1/incidents",
    "This daemon stands by for another one that decides: incidents are in that one's memory; /v1/alerts has the log",
  ],
] as const)("has no zeros instead of figures: %s, %s", async (role, path, detail) => {
  const answer = await appOf(sampleQueries({ role })).inject(path);
  expect(answer.statusCode).toBe(503);
  expect(answer.headers["retry-after"]).toBe("10");
  expect(answer.json()).toMatchObject({ status: 503, detail });
});

test("a standby has the totals that are stored, of assets that only stored rows name, too", async () => {
  const app = appOf(sampleQueries({ role: "standby" }));
  const answer = await app.inject("/v1/totals?window=1h&asset=newcoin");
  expect(answer.statusCode).toBe(200);
  expect(answer.headers.etag).toMatch(/^W\//);
  expect(answer.json()).toMatchObject({ window: "1h", asset: "NEWCOIN", rows: null });
  expect((await app.inject("/v1/totals?asset=NOPE")).statusCode).toBe(400);
});

test("one that decides may answer everything", () => {
  expect(() => requireDeciding(sampleQueries(), "nothing")).not.toThrow();
  expect(() => requireOpen(sampleQueries({ role: "standby" }))).not.toThrow();
});
