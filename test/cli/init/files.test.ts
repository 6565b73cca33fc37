import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkWritable, readIfThere, writeFiles } from "../../../src/cli/init/files.ts";
import { errorOf } from "../../config/loading.ts";
import { scratchFolder } from "../../real/run-folder.ts";

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

test("files appear in a folder that is made, with their modes and nothing else", () => {
  const folder = join(scratchFolder("files"), "a", "b");
  const [open, secret] = [join(folder, "open"), join(folder, "secret")];
  const files = [
    { path: secret, text: "s", mode: 0o600 },
    { path: open, text: "o", mode: 0o644 },
  ];
  expect(writeFiles(files, "new")).toEqual([]);
  expect(readdirSync(folder)).toEqual(["open", "secret"]);
  expect([modeOf(secret), readIfThere(open)]).toEqual([0o600, "o"]);
});

test("a copy of each old file stays under the first free name, no more open than before", () => {
  const folder = scratchFolder("files");
  const path = join(folder, "f");
  for (const text of ["1", "2", "3"]) writeFiles([{ path, text, mode: 0o644 }], "new");
  expect(readdirSync(folder)).toEqual(["f", "f.bak1", "f.bak2"]);
  expect(readFileSync(join(folder, "f.bak2"), "utf8")).toBe("2");
  chmodSync(path, 0o600);
  expect(writeFiles([{ path, text: "4", mode: 0o644 }], "new")).toEqual([`${path}.bak3`]);
  expect(modeOf(`${path}.bak3`)).toBe(0o600);
});

test("when one cannot be written none is, and nothing unfinished stays", () => {
  const folder = scratchFolder("files");
  const first = join(folder, "first");
  writeFileSync(first, "old");
  const files = [first, join(first, "second")].map((path) => ({ path, text: "new", mode: 0o644 }));
  expect(errorOf(() => writeFiles(files, "new"))).toMatch(/^Cannot write the files: /);
  expect(readFileSync(first, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["first"]);
  expect(errorOf(() => readIfThere(folder))).toMatch(/^Cannot read .*: EISDIR/);
});

test("a folder that cannot be is refused by its name", () => {
  const folder = scratchFolder("files");
  const file = join(folder, "f");
  writeFileSync(file, "");
  checkWritable(join(folder, "new", "deep"));
  expect(errorOf(() => checkWritable(join(file, "x")))).toBe(
    `Cannot write to ${file}/x: ${file} is no folder`,
  );
});
