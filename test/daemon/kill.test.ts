/** Kill -9 while 500 incidents go to 50 targets: nothing lost, nothing invented, hardly a repetition. */
import { afterEach, describe, expect, test } from "vitest";
import { withPostgres } from "../real/postgres.ts";
import { privateRedis } from "../real/redis.ts";
import { scratchFolder } from "../real/run-folder.ts";
import { killLeftovers } from "./daemon-process.ts";
import { expectAllTold, killAgainAndAgain, openKillWorld } from "./killing.ts";
import { readEmbedded, readServer } from "./stored.ts";

const PLAN = { seed: Number(process.env.KILL_SEED ?? 20_261_120), kills: 15, shareAtStart: 0.2 };
const TEST_MS_MAX = 480_000;

const postgres = await withPostgres();
/** One of our own: what is flushed here is nobody else's. */
const redis = await privateRedis(scratchFolder("redis"));

afterEach(killLeftovers);

describe("500 incidents to 50 targets", () => {
  test("survive kill -9 on the embedded database", { timeout: TEST_MS_MAX }, async () => {
    const world = await openKillWorld();
    await killAgainAndAgain(world, PLAN);
    await readEmbedded(world.dataDir, (select) => expectAllTold(world, select, PLAN.kills));
    await world.close();
  });

  if (postgres !== null && redis !== null) {
    test("survive kill -9 on Postgres, and the loss of all that Redis holds", {
      timeout: TEST_MS_MAX,
    }, async () => {
      await redis.start();
      const databaseUrl = await postgres.newDatabase();
      const world = await openKillWorld({ databaseUrl, redisUrl: redis.url });
      const midway = async () => expect(await redis.command("FLUSHALL")).toBe("+OK");
      const plan = { ...PLAN, kills: 5, midway };
      await killAgainAndAgain(world, plan);
      await readServer(databaseUrl, (select) => expectAllTold(world, select, plan.kills));
      await world.close();
      await redis.kill();
    });
  }
});
