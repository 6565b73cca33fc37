/** The suite's kill test at length: many kills, half of them while the daemon starts. */
import { afterEach, describe, expect, test } from "vitest";
import { killLeftovers } from "../daemon/daemon-process.ts";
import { expectAllTold, killAgainAndAgain, openKillWorld } from "../daemon/killing.ts";
import { readEmbedded, readServer } from "../daemon/stored.ts";
import { withPostgres } from "../real/postgres.ts";
import { privateRedis } from "../real/redis.ts";
import { scratchFolder } from "../real/run-folder.ts";

const SEEDS = [1, 2, 3];
const KILLS = 100;
const SHARE_AT_START = 0.5;

const postgres = await withPostgres();
const redis = await privateRedis(scratchFolder("redis"));

afterEach(killLeftovers);

describe(`${KILLS} kills`, () => {
  test.each(SEEDS)("lose nothing on the embedded database, seed %i", async (seed) => {
    const world = await openKillWorld();
    await killAgainAndAgain(world, { seed, kills: KILLS, shareAtStart: SHARE_AT_START });
    await readEmbedded(world.dataDir, (select) => expectAllTold(world, select, KILLS));
    await world.close();
  });

  if (postgres !== null && redis !== null) {
    test.each(SEEDS)("lose nothing on Postgres and Redis, seed %i", async (seed) => {
      await redis.start();
      const databaseUrl = await postgres.newDatabase();
      const world = await openKillWorld({ databaseUrl, redisUrl: redis.url });
      const midway = async () => expect(await redis.command("FLUSHALL")).toBe("+OK");
      const plan = { seed, kills: KILLS, shareAtStart: SHARE_AT_START, midway };
      await killAgainAndAgain(world, plan);
      await readServer(databaseUrl, (select) => expectAllTold(world, select, KILLS));
      await world.close();
      await redis.kill();
    });
  }
});
