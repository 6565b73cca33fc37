import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decode } from "../../src/cli/decode.ts";
import {
  type FrameMeaning,
  Legibility,
  UNREADABLE_FRAMES_MIN,
} from "../../src/feeds/legibility.ts";
import {
  REFUSED_CHARS_MAX,
  REFUSED_FRAMES_MAX,
  REFUSED_WRITE_MS,
} from "../../src/feeds/refused-frames.ts";
import type { LegibilityChange } from "../../src/feeds/sink.ts";
import { bybit } from "../../src/feeds/venues/bybit.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { recordedIo } from "../cli/recorded-io.ts";
import { VenueScene } from "./venue-scene.ts";

/** A liquidation of Bybit whose field of the side is called otherwise. */
function renamed(number: number, padding = ""): string {
  const row = { T: 1_795_176_000_000 + number, s: "BTCUSDT", side: "Buy", v: "1", p: "60000" };
  return JSON.stringify({ topic: "allLiquidation.BTCUSDT", ts: row.T, data: [row], padding });
}

let scene: VenueScene;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "liqwatch-refused-"));
  scene = await VenueScene.open(bybit, ["PEPE"]);
  await scene.listen(60_000, 1, [], folder);
});

afterEach(async () => {
  await scene.close();
  await rm(folder, { recursive: true });
});

const degraded = () => scene.status().degraded;
const told = () => scene.listening.log.lines.filter(({ message }) => /understood/.test(message));

async function refuse(count: number, frame: (number: number) => string = renamed): Promise<void> {
  const before = scene.ledger.rejects.length;
  for (let number = 0; number < count; number += 1) scene.simulator.sendRaw(frame(number));
  await scene.runtime.until(() => scene.ledger.rejects.length >= before + count);
}

describe("a venue whose format changed", () => {
  test("is degraded after so many refused frames in a row, told once, and well again with a row", async () => {
    await refuse(UNREADABLE_FRAMES_MIN - 1);
    expect(degraded()).toBeNull();
    const [first] = scene.ledger.frames;
    await refuse(1);
    expect(degraded()).toMatchObject({
      sinceMs: first?.receivedAtMs,
      frames: UNREADABLE_FRAMES_MIN,
    });
    expect(degraded()?.detail).toMatch(/^unknown-side: /);
    await refuse(30);
    expect(told().map(({ level }) => level)).toEqual(["error"]);
    expect(told()[0]?.fields).toMatchObject({
      code: "LIQ_DECODE",
      file: join(folder, "refused", "bybit.ndjson"),
    });
    expect(scene.status().state).toBe("subscribed");
    scene.publish({ asset: "PEPE", price: "0.01" });
    await scene.counted(1);
    expect(degraded()).toBeNull();
    expect(told().map(({ level }) => level)).toEqual(["error", "info"]);
  });

  test("is not one that sends single bad frames, however many", async () => {
    for (let round = 0; round < 4; round += 1) {
      await refuse(UNREADABLE_FRAMES_MIN - 2);
      scene.publish({ asset: "PEPE", price: "0.01" });
      await scene.counted(round + 1);
      await scene.runtime.pass(1_000);
    }
    expect(told()).toEqual([]);
  });

  test("is degraded although its heartbeats are understood", async () => {
    await refuse(UNREADABLE_FRAMES_MIN / 2);
    const pongs = scene.status().lastPongMs;
    await scene.runtime.pass(60_000);
    expect(scene.status().lastPongMs).toBeGreaterThan(pongs ?? 0);
    await refuse(UNREADABLE_FRAMES_MIN / 2);
    expect(degraded()?.frames).toBeGreaterThanOrEqual(UNREADABLE_FRAMES_MIN);
  });
});

describe("refused frames on disk", () => {
  const file = () => join(folder, "refused", "bybit.ndjson");
  const linesOf = async (path: string) =>
    (await readFile(path, "utf8")).split("\n").filter(Boolean);

  test("are the newest few, cut, written at most once a second, and read by decode", async () => {
    await refuse(100);
    expect(await readdir(folder)).toEqual([]);
    await scene.runtime.pass(REFUSED_WRITE_MS);
    await expect.poll(() => readdir(join(folder, "refused"))).toEqual(["bybit.ndjson"]);
    const lines = await linesOf(file());
    expect(lines).toHaveLength(REFUSED_FRAMES_MAX);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      venue: "bybit",
      frame: renamed(99),
      refused: [{ reason: "unknown-side" }],
    });
    const io = recordedIo();
    expect(await decode(["bybit", file()], io)).toBe(0);
    const refused = io.written.err.split("\n").filter(Boolean);
    expect(refused.map((line) => JSON.parse(line).reason)).toEqual(
      Array.from({ length: REFUSED_FRAMES_MAX }, () => "unknown-side"),
    );
  });

  test("of an earlier run are kept once more, and a stop writes what waits", async () => {
    await refuse(1, () => renamed(7, "x".repeat(10_000)));
    await scene.close();
    const [line = ""] = await linesOf(file());
    expect(JSON.parse(line).frame).toHaveLength(REFUSED_CHARS_MAX);
    expect(JSON.parse(line).cutFromChars).toBe(renamed(7, "x".repeat(10_000)).length);
    scene = await VenueScene.open(bybit, ["PEPE"]);
    await scene.listen(60_000, 1, [], folder);
    await refuse(1, () => renamed(8));
    await scene.close();
    expect((await readdir(join(folder, "refused"))).toSorted()).toEqual([
      ...["bybit.before.ndjson", "bybit.ndjson"],
    ]);
    expect((await linesOf(join(folder, "refused", "bybit.before.ndjson")))[0]).toBe(line);
  });

  test("that cannot be written cost one line of the log", async () => {
    await writeFile(join(folder, "refused"), "in the way");
    await refuse(1);
    await scene.runtime.pass(REFUSED_WRITE_MS);
    await refuse(1);
    await scene.runtime.pass(REFUSED_WRITE_MS);
    const warnings = () => scene.listening.log.of("warn").map(({ message }) => message);
    await expect.poll(warnings).toEqual(["Refused frames cannot be kept for a report"]);
    await rm(join(folder, "refused"));
    await refuse(1);
    await scene.close();
    expect(await linesOf(file())).not.toEqual([]);
  });
});

test("whoever takes the rows is told when they are no longer understood, and when they are again", () => {
  const changes: LegibilityChange[] = [];
  const sink = { legible: (change: LegibilityChange) => changes.push(change) };
  const legibility = new Legibility({ venue: bybit, sink, log: SILENT_LOG, samples: null });
  const saw = (receivedAtMs: number, meaning: Partial<FrameMeaning>) =>
    legibility.saw(
      { connection: "bybit/linear#1", receivedAtMs, text: "{}" },
      { liquidations: [], rejects: [], control: null, ...meaning },
    );
  const rejects = [{ reason: "shape", detail: "topic is 7" }] as const;
  for (let at = 1; at <= UNREADABLE_FRAMES_MIN + 5; at += 1) saw(at, { rejects });
  saw(90, { control: { type: "other" } });
  saw(91, { control: { type: "other" } });
  expect(changes).toEqual([
    { venue: "bybit", unreadSinceMs: 1, atMs: UNREADABLE_FRAMES_MIN },
    { venue: "bybit", unreadSinceMs: null, atMs: 90 },
  ]);
});
