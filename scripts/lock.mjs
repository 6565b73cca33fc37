// Keeps package-lock.json installable everywhere: `npm run lock` after every change of dependencies.
//
// npm may leave optional packages of other platforms out of the lock (those that the registry did
// not offer, or that it did not look at), and then `npm ci` refuses the lock: npm 11 does, npm 10
// does not. A stub {version, os, cpu, optional} is enough for both. Addresses of registries are
// taken out, so that everybody installs from their own.
//
// node scripts/lock.mjs [--check] [FILE]     --check changes nothing, exit 1 if something is missing
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const PLATFORMS = "aix android darwin freebsd linux netbsd openbsd openharmony sunos win32".split(
  " ",
);
const CPUS = "arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64".split(" ");

const args = process.argv.slice(2);
const isCheck = args.includes("--check");
const file = args.find((arg) => !arg.startsWith("--")) ?? "package-lock.json";

if (!isCheck && file === "package-lock.json") {
  execFileSync("npm", ["install", "--package-lock-only", "--ignore-scripts"], { stdio: "inherit" });
}
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingOptionals(lock.packages);
const addressed = Object.entries(lock.packages).filter(([, entry]) => isAddress(entry.resolved));
for (const { path, from } of missing) console.error(`${from} needs ${path}, not in the lock`);
for (const [path, { resolved }] of addressed) console.error(`${path} names a host: ${resolved}`);
if (isCheck) process.exit(missing.length + addressed.length === 0 ? 0 : 1);

for (const [, entry] of addressed) delete entry.resolved;
for (const { path, stub } of missing) lock.packages[path] = stub;
lock.packages = sortPackages(lock.packages);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.error(`${file}: ${missing.length} stubs added, ${addressed.length} addresses removed`);

/** Every optional dependency that no entry of the lock satisfies, with the entry that would. */
function missingOptionals(packages) {
  const found = new Map();
  for (const [from, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const version = range.replace(/^[\^~>=\s]+/, "");
      if (resolves(packages, from, name)) continue;
      const path = `node_modules/${name}`;
      found.set(path, {
        path,
        from,
        stub: { version, ...platformOf(name, entry), optional: true },
      });
    }
  }
  return [...found.values()];
}

/** Looks where Node would: beside the package, then in every node_modules above it. */
function resolves(packages, from, name) {
  for (
    let above = from;
    ;
    above = above.slice(0, Math.max(0, above.lastIndexOf("node_modules/") - 1))
  ) {
    const path = `${above === "" ? "" : `${above}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return true;
    if (above === "") return false;
  }
}

/** Platform packages carry platform and processor in their names: cli-linux-arm64-musl. */
function platformOf(name, { dev }) {
  const words = name.toLowerCase().replace("windows", "win32").split(/[-/]/);
  const os = words.filter((word) => PLATFORMS.includes(word));
  const cpu = words.filter((word) => CPUS.includes(word));
  if (os.length === 0 || cpu.length === 0) throw new Error(`${name} names no platform`);
  const libc = words.includes("musl") ? { libc: ["musl"] } : {};
  return { ...(dev ? { dev } : {}), os, cpu, ...libc };
}

function isAddress(resolved) {
  return typeof resolved === "string" && /^(?:git\+)?https?:/.test(resolved);
}

function sortPackages(packages) {
  const order = ([left], [right]) => left.localeCompare(right, "en");
  return Object.fromEntries(Object.entries(packages).sort(order));
}
