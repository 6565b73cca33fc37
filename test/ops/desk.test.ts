import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { routeNotice } from "../../src/jobs/route.ts";
import { type LogFields, SILENT_LOG } from "../../src/log.ts";
import { OpsDesk } from "../../src/ops/desk.ts";
import { noticeTitle } from "../../src/render/notice.ts";
import type { NoticeStore } from "../../src/store/store.ts";
import { SteppedRuntime } from "../feeds/stepped-runtime.ts";
import { openTestStore, type TestStore } from "../jobs/bench.ts";
import { until } from "../real/run-folder.ts";
import { sight, venue } from "./seen.ts";

let opened: TestStore;
let runtime: SteppedRuntime;
let said: (LogFields & { readonly message: string })[];
let stored: number;
let now: ReturnType<typeof sight>;

beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.database.close());
beforeEach(async () => {
  await opened.database.run(
    "delete from liqwatch.deliveries; delete from liqwatch.settings where key = 'ops/told'",
  );
  runtime = new SteppedRuntime();
  said = [];
  stored = 0;
  now = sight();
});

function desk(store: NoticeStore = opened.store): OpsDesk {
  const keep = (fields: LogFields, message: string) => void said.push({ ...fields, message });
  const target = { name: "ops", purpose: "ops", minSeverity: "LOW" } as const;
  const counted: NoticeStore = {
    opsState: () => store.opsState(),
    async writeNotices(drafts, state) {
      await store.writeNotices(drafts, state);
      stored += drafts.length;
    },
  };
  return new OpsDesk({
    ...{ store: counted, runtime, log: { ...SILENT_LOG, info: keep, warn: keep } },
    see: () => now,
    route: (notice) => routeNotice(notice, [target]),
    titleOf: noticeTitle,
  });
}

const off = () =>
  sight({ venues: [venue({ watch: "off", sinceMs: runtime.startMs, reason: "HTTP 451" })] });
const rows = async () =>
  (await opened.database.query("select id from liqwatch.deliveries order by 1")).length;

test("a notice is said in the log and stored as a message", async () => {
  const open = desk();
  await open.open();
  now = off();
  runtime.jump(1_000);
  expect(said).toEqual([
    {
      ...{ topic: "venue-off", subject: "bybit", reasons: ["HTTP 451"] },
      message: "Bybit is switched off: it refuses this place",
    },
  ]);
  await until(() => stored === 1, "stored", 5_000);
  expect(await rows()).toBe(1);
  await open.close();
  runtime.jump(10_000);
  expect(said).toHaveLength(1);
});

test("the next process goes on where the last one ended", async () => {
  const first = desk();
  await first.open();
  now = off();
  runtime.jump(1_000);
  await until(() => stored === 1, "stored", 5_000);
  await first.close();
  const second = desk();
  await second.open();
  runtime.jump(30_000);
  expect(said).toHaveLength(1);
  now = sight();
  runtime.jump(1_000);
  await until(() => stored === 2, "that it is back is stored", 5_000);
  expect(said.at(-1)?.message).toBe("Bybit is watched again after 32 s");
  await second.close();
});

test("a store that is away is tried again until it takes the message, once", async () => {
  let failures = 3;
  const tries: number[] = [];
  const open = desk({
    opsState: () => opened.store.opsState(),
    async writeNotices(drafts, state) {
      tries.push(drafts.length);
      failures -= 1;
      if (failures >= 0) throw new Error("Connection is gone");
      return opened.store.writeNotices(drafts, state);
    },
  });
  await open.open();
  open.onConfiguration(["rules: nothing, expected a list"]);
  await until(
    () => {
      runtime.jump(1_000);
      return stored === 1;
    },
    "stored",
    5_000,
  );
  expect(tries).toEqual([1, 1, 1, 1]);
  expect(await rows()).toBe(1);
  expect(said).toHaveLength(1);
  await open.close();
});
