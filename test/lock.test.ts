import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder = "";
let file = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "liqwatch-lock-"));
  file = join(folder, "package-lock.json");
});
afterAll(() => rmSync(folder, { recursive: true }));

function lock(...args: readonly string[]) {
  return spawnSync(process.execPath, ["scripts/lock.mjs", ...args, file], { encoding: "utf8" });
}

function writeLock(packages: Readonly<Record<string, unknown>>): void {
  writeFileSync(file, JSON.stringify({ lockfileVersion: 3, packages }));
}

const HOST = "https://registry.invalid/a.tgz";

test("a missing platform package and an address are found, and put right", () => {
  writeLock({
    "node_modules/tool": {
      version: "1.0.0",
      dev: true,
      resolved: HOST,
      optionalDependencies: {
        "@tool/cli-linux-x64-musl": "1.0.0",
        "@tool/cli-win32-x64": "^1.0.0",
      },
    },
    "node_modules/@tool/cli-win32-x64": { version: "1.0.0" },
  });
  const found = lock("--check");
  expect(found.status).toBe(1);
  expect(found.stderr.trim().split("\n")).toEqual([
    "node_modules/tool needs node_modules/@tool/cli-linux-x64-musl, not in the lock",
    `node_modules/tool names a host: ${HOST}`,
  ]);
  expect(lock().status).toBe(0);
  expect(lock("--check").stderr).toBe("");
  const { packages } = JSON.parse(readFileSync(file, "utf8"));
  expect(packages["node_modules/@tool/cli-linux-x64-musl"]).toEqual({
    version: "1.0.0",
    dev: true,
    os: ["linux"],
    cpu: ["x64"],
    libc: ["musl"],
    optional: true,
  });
});

test("a package is found beside its user and in every node_modules above it", () => {
  writeLock({
    "node_modules/a/node_modules/b": {
      version: "1.0.0",
      optionalDependencies: { "b-darwin-arm64": "1.0.0" },
    },
    "node_modules/b-darwin-arm64": { version: "1.0.0" },
  });
  expect(lock("--check").stderr).toBe("");
});

test("an optional package without a platform in its name is not guessed", () => {
  writeLock({ "node_modules/a": { version: "1.0.0", optionalDependencies: { b: "1.0.0" } } });
  expect(lock("--check").stderr).toContain("b names no platform");
});
