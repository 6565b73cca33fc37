import { expect, test } from "vitest";
import { loadSettings } from "../src/config.ts";
import { startDaemon } from "../src/daemon.ts";
import type { LiqError } from "../src/errors.ts";
import { SILENT_LOG } from "../src/log.ts";
import { nodeRuntime } from "../src/runtime-node.ts";
import { onlyVenues } from "./only-venues.ts";
import { scratchFolder } from "./real/run-folder.ts";

test("a stop before the store is open is a stop and no failure", { timeout: 60_000 }, async () => {
  const nowhere = { wsUrl: "ws://127.0.0.1:1", restUrl: "http://127.0.0.1:1" };
  const venues = onlyVenues({ bybit: nowhere });
  const overrides = { venues, dataDir: scratchFolder("stopped-early"), http: { port: 0 } };
  const settings = loadSettings({ file: null, env: {}, overrides, readFile: noFile });
  const fatal: LiqError[] = [];
  const written: string[] = [];
  const note = (_fields: unknown, message: string) => written.push(message);
  const daemon = await startDaemon({
    ...{ settings, runtime: nodeRuntime, label: null, inboxes: null },
    log: { ...SILENT_LOG, warn: note, error: note },
    onFatal: (error) => fatal.push(error),
    onConsole() {},
  });
  const ready = daemon.ready.then(
    () => "ready",
    () => "never",
  );
  expect(await daemon.stop()).toEqual({ failed: [], unfinished: [] });
  expect(await ready).toBe("never");
  expect(fatal).toEqual([]);
  expect(written).toEqual([]);
});

function noFile(): never {
  throw Object.assign(new Error("no file"), { code: "ENOENT" });
}
