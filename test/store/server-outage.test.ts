import { expect, test } from "vitest";
import { privatePostgres, withPostgres } from "../real/postgres.ts";
import { scratchFolder, until } from "../real/run-folder.ts";
import { startChild, startThread, storedKeys } from "./child.ts";
import { batch, row, rowsOf } from "./samples.ts";

const SLOW_MS_MAX = 90_000;
const postgres = await withPostgres();
const server = await privatePostgres(scratchFolder("outage"));

/** SPEC 10: a standby takes over within 10 s. */
const TAKE_OVER_MS_MAX = 10_000;

if (postgres !== null && server !== null) {
  test(
    "commits wait for a server that stops at once and all of them are kept, once",
    async () => {
      await server.start();
      const place = { dataDir: scratchFolder("unused"), databaseUrl: server.url };
      const { thread, events } = startThread(place);
      await thread.open();
      const commits: Promise<{ readonly acceptedKeys: readonly string[] }>[] = [];
      const commitOne = () =>
        commits.push(
          thread.store.commit(batch({ liquidations: rowsOf(row(`outage|${commits.length}`)) })),
        );
      for (let at = 0; at < 50; at += 1) commitOne();
      await server.stopImmediately();
      for (let at = 0; at < 50; at += 1) commitOne();
      await until(() => events.some(({ type }) => type === "trouble"), "the outage is told");
      await server.start();
      const results = await Promise.all(commits);
      const keys = commits.map((_commit, at) => `outage|${at}`);
      expect(results.flatMap(({ acceptedKeys }) => acceptedKeys)).toEqual(keys);
      expect((await storedKeys(thread, "outage")).toSorted()).toEqual(keys.toSorted());
      await until(() => events.some(({ type }) => type === "recovered"), "the end is told");
      expect(events.filter(({ type }) => type === "role")).toEqual([
        { type: "role", role: "deciding" },
      ]);
      await thread.close();
      await server.stopImmediately();
    },
    SLOW_MS_MAX,
  );

  test(
    "a second daemon stands by and takes over within ten seconds of the first one's death",
    async () => {
      const place = { dataDir: scratchFolder("unused"), databaseUrl: await postgres.newDatabase() };
      const child = startChild(place, "leader");
      await until(() => child.acked().length > 10, "the first one commits");
      const { thread, events } = startThread(place);
      const opened = thread.open();
      await until(() => events.length > 0, "the second one says what it is");
      expect(events).toEqual([{ type: "role", role: "standby" }]);
      await expect(thread.store.warmStart()).rejects.toThrow("Store is not open yet");
      await child.kill();
      const killedAt = performance.now();
      await opened;
      expect(performance.now() - killedAt).toBeLessThan(TAKE_OVER_MS_MAX);
      expect(events.at(-1)).toEqual({ type: "role", role: "deciding" });
      const stored = new Set(await storedKeys(thread, "leader"));
      expect(child.acked().filter((key) => !stored.has(key))).toEqual([]);
      await thread.close();
    },
    SLOW_MS_MAX,
  );

  test(
    "a leader that slept while another took over writes nothing more and says that it lost",
    async () => {
      const place = { dataDir: scratchFolder("unused"), databaseUrl: await postgres.newDatabase() };
      const child = startChild(place, "sleeper");
      await until(() => child.acked().length > 10, "the first one commits");
      process.kill(child.pid, "SIGSTOP");
      const { thread } = startThread(place);
      await thread.open();
      const before = (await storedKeys(thread, "sleeper")).length;
      process.kill(child.pid, "SIGCONT");
      await until(() => child.exitCode() !== null, "the sleeper ends");
      expect(child.lines()).toContain("role lost");
      expect(child.lines()).toContainEqual(
        expect.stringMatching(/^failed LIQ_STORE Another process decides since term 2/),
      );
      expect(await storedKeys(thread, "sleeper")).toHaveLength(before);
      await thread.close();
    },
    SLOW_MS_MAX,
  );

  test("a wrong address of the database is one clear error", async () => {
    const address = new URL(await postgres.newDatabase());
    address.pathname = "/liqwatch_test_missing";
    const { thread } = startThread({ dataDir: "unused", databaseUrl: address.href });
    await expect(thread.open()).rejects.toMatchObject({
      code: "LIQ_STORE",
      message: 'Database cannot be used: database "liqwatch_test_missing" does not exist',
    });
    await thread.close();
  });
}
