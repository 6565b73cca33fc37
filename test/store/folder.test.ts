import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../src/store/folder.ts";
import { scratchFolder } from "../real/run-folder.ts";

describe("a folder", () => {
  it("is made with those above it, and left alone when it is there", () => {
    const path = join(scratchFolder("folder"), "a", "b", "c");
    makeFolder(path);
    makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it("is refused below a file, and where the system has none to give", () => {
    const file = join(scratchFolder("folder"), "file");
    writeFileSync(file, "");
    expect(() => makeFolder(file)).toThrow("EEXIST");
    expect(() => makeFolder(join(file, "below"))).toThrow(/EEXIST|ENOTDIR/);
    expect(() => makeFolder("/proc/nowhere/below")).toThrow("/proc/nowhere");
  });
});
