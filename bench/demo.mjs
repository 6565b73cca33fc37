/** The demo's crash, as a process: what the main thread's event loop waits while it happens. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Script: opening act to 30 s, crash from 35 to 95 s. */
const RUN_FOR = "98s";

/** @returns {Promise<Record<string, unknown>>} */
export async function measureDemo(onProgress) {
  onProgress(`its script takes ${RUN_FOR}`);
  const folder = mkdtempSync(join(tmpdir(), "liqwatch-bench-"));
  const file = join(folder, "loop-delay.json");
  const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
  const hook = new URL("./loop-delay.mjs", import.meta.url).href;
  const child = spawn(
    process.execPath,
    ["--import", hook, main, "run", "--demo", "--for", RUN_FOR, "--json"],
    {
      env: { ...process.env, LOOP_DELAY_FILE: file, LIQWATCH_HTTP_PORT: "0" },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  let summary = "";
  for await (const chunk of child.stdout) summary += chunk;
  const figures = JSON.parse(readFileSync(file, "utf8"));
  rmSync(folder, { recursive: true, force: true });
  return { ...figures, summary: JSON.parse(summary) };
}

export function demoLines({ p50Ms, p99Ms, maxMs, rssMb }) {
  const delay = `p50 ${p50Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms`;
  return [`event-loop delay of the main thread in the crash: ${delay}; ${rssMb} MB RSS`];
}
