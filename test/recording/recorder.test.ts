import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readLines } from "../../src/cli/lines.ts";
import type { Log } from "../../src/log.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { partName } from "../../src/recording/part.ts";
import { PART_MS_MAX, Recorder, recordingSink } from "../../src/recording/recorder.ts";
import { trimFolder } from "../../src/recording/trim.ts";
import { scratchFolder, until } from "../real/run-folder.ts";

const START_MS = Date.UTC(2026, 10, 20, 16, 5);

/** A clock that a test moves by hand; flushing is the test's own business. */
function clock() {
  const time = { nowMs: START_MS, flush: () => {} };
  const runtime = {
    nowMs: () => time.nowMs,
    every(_ms: number, run: () => void) {
      time.flush = run;
      return () => {};
    },
  };
  return { time, runtime };
}

async function textsIn(path: string): Promise<unknown[]> {
  const texts: unknown[] = [];
  for await (const { text } of readLines(path)) if (text !== "") texts.push(JSON.parse(text));
  return texts;
}

test("frames, connections and context come back as recorded lines, in order", async () => {
  const folder = join(scratchFolder("recording"), "deep", "er");
  const recorder = new Recorder({ folder, runtime: clock().runtime, log: SILENT_LOG });
  const passed: string[] = [];
  const sink = recordingSink(recorder, {
    raw: (_venue, _connection, _atMs, text) => passed.push(text),
    frame: () => passed.push("rows"),
    connection: ({ event }) => passed.push(event),
  });
  const at = { venue: "okx", connection: "okx/public#1" } as const;
  sink.connection({ ...at, receivedAtMs: 5, event: "open", reason: null, shard: "public/0" });
  sink.raw?.("okx", at.connection, 6, 'näh "quoted"\n');
  recorder.context(7, { venue: "okx", instruments: [] });
  await recorder.close();
  expect(passed).toEqual(["open", 'näh "quoted"\n']);
  expect(readdirSync(folder)).toEqual(["liqwatch-20261120T160500000Z.ndjson.gz"]);
  expect(await textsIn(folder)).toEqual([
    { ...at, receivedAtMs: 5, event: "open", reason: null },
    { ...at, receivedAtMs: 6, frame: 'näh "quoted"\n' },
    { receivedAtMs: 7, context: { venue: "okx", instruments: [] } },
  ]);
});

test("a part ends after an hour or at its size, and the parts are read as one", async () => {
  const folder = scratchFolder("recording");
  const { time, runtime } = clock();
  const options = { folder, runtime, log: SILENT_LOG, partBytesMax: 1_000 };
  const recorder = new Recorder(options);
  for (let count = 0; count < 30; count += 1) {
    recorder.frame("bybit", "b#1", count, "x".repeat(40));
    time.nowMs += 1;
  }
  time.nowMs += PART_MS_MAX;
  recorder.frame("bybit", "b#1", 30, "after the hour");
  await recorder.close();
  expect(recorder.counts()).toMatchObject({ lines: 31, parts: 4, lost: 0 });
  const read = (await textsIn(folder)) as { receivedAtMs: number }[];
  expect(read.map(({ receivedAtMs }) => receivedAtMs)).toEqual(
    Array.from({ length: 31 }, (_, index) => index),
  );
});

test("what was flushed is read although the recorder was killed in the middle of a part", async () => {
  const folder = scratchFolder("recording");
  const { time, runtime } = clock();
  const recorder = new Recorder({ folder, runtime, log: SILENT_LOG });
  recorder.frame("bybit", "b#1", 1, "first");
  time.flush();
  const file = join(folder, partName(START_MS));
  await until(() => existsSync(file) && statSync(file).size > 40, "the first line is on disk");
  expect(await textsIn(file)).toEqual([
    { venue: "bybit", connection: "b#1", receivedAtMs: 1, frame: "first" },
  ]);
  await recorder.close();
});

test("the oldest parts go when the folder is full, and nothing else does", () => {
  const folder = scratchFolder("recording");
  const names = [3, 1, 2].map((hour) => partName(START_MS + hour * 3_600_000));
  for (const name of names) writeFileSync(join(folder, name), "x".repeat(100));
  writeFileSync(join(folder, "mine.ndjson.gz"), "x".repeat(1_000));
  trimFolder(folder, 250);
  expect(readdirSync(folder).toSorted()).toEqual([names[2], names[0], "mine.ndjson.gz"]);
});

test("a disk in trouble costs lines, which are counted and told, and a later part goes on", async () => {
  const parent = scratchFolder("recording");
  const folder = join(parent, "taken");
  writeFileSync(folder, "a file where the folder should be");
  const { time, runtime } = clock();
  const errors: string[] = [];
  const log: Log = { ...SILENT_LOG, error: (_fields, message) => errors.push(message) };
  const recorder = new Recorder({ folder, runtime, log });
  for (let count = 0; count < 3; count += 1) recorder.frame("bybit", "b#1", count, "gone");
  expect(recorder.counts()).toMatchObject({ lines: 0, lost: 3 });
  expect(errors).toHaveLength(1);
  rmSync(folder);
  time.nowMs += 60_000;
  recorder.frame("bybit", "b#1", 9, "kept");
  await recorder.close();
  expect(await textsIn(folder)).toMatchObject([{ context: { lost: 3 } }, { frame: "kept" }]);
});
