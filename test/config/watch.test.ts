import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { watchFile } from "../../src/config/watch.ts";
import { type LogFields, SILENT_LOG } from "../../src/log.ts";
import type { Cancel } from "../../src/runtime.ts";
import { nodeRuntime as runtime } from "../../src/runtime-node.ts";
import { scratchFolder, until } from "../real/run-folder.ts";

let path: string;
let stop: Cancel;
let changes: number;

beforeEach(() => {
  path = join(scratchFolder("watch"), "own.yaml");
  writeFileSync(path, "preset: calm\n");
  changes = 0;
  const onChange = () => {
    changes += 1;
  };
  stop = watchFile(path, { runtime, log: SILENT_LOG, onChange });
});
afterEach(() => stop());

function put(text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

describe("a watched configuration file", () => {
  test("is read again when it is written in place and when another takes its place", async () => {
    writeFileSync(path, "preset: busy\n");
    await until(() => changes === 1, "written in place");
    put("preset: normal\n");
    await until(() => changes === 2, "renamed over");
    put("preset: calm\n");
    await until(() => changes === 3, "renamed over again");
  });

  test("that is saved unchanged, or gone for a moment, has not changed", async () => {
    put("preset: calm\n");
    writeFileSync(join(path, "..", "other.yaml"), "x");
    rmSync(path);
    put("preset: calm\n");
    put("preset: busy\n");
    await until(() => changes > 0, "the one change");
    expect(changes).toBe(1);
  });

  test("in a folder that is not there is said once and not watched", () => {
    const said: LogFields[] = [];
    const log = { ...SILENT_LOG, warn: (fields: LogFields) => void said.push(fields) };
    const file = join(path, "..", "nowhere", "own.yaml");
    watchFile(file, { runtime, log, onChange: () => {} })();
    expect(said).toEqual([{ file, reason: expect.stringContaining("ENOENT") }]);
  });
});
