// Builds dist/ once per state of the sources: `npm run build` (again anyway with --force).
//
// `npx liqwatch` in the checkout runs `prepare` every time with npm 10; without the stamp each call
// would compile, and two calls at once would write the same files.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const STAMP = "dist/.stamp";
const INPUTS = ["src", "scripts", "package.json", "tsconfig.json", "tsconfig.build.json"];
const STEPS = [
  ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"],
  ["scripts/make-snapshot.mjs"],
];

const digest = digestOf(INPUTS);
if (process.argv.includes("--force") || readStamp() !== digest) {
  for (const [script, ...args] of STEPS) {
    const { status } = spawnSync(process.execPath, [script, ...args], { stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeFileSync(STAMP, digest);
}

/** Names, sizes and times say enough: a checkout writes new times. */
function digestOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesOf).sort()) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesOf(join(path, name)));
}

function readStamp() {
  try {
    return readFileSync(STAMP, "utf8");
  } catch {
    return null;
  }
}
