/** The receivers of `docs/webhook.md`, run as written. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWebhookNotifier } from "../../src/notifiers/webhook.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { sampleMessage } from "./sample-message.ts";

const SECRET = "a-secret-that-only-these-two-know";
const DOCS = readFileSync("docs/webhook.md", "utf8");
const hasPython = spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) console.error("No python3: the Python receiver of docs/webhook.md is not run");

const RECEIVERS = [
  { language: "js", program: process.execPath, name: "receiver.mjs" },
  ...(hasPython ? [{ language: "python", program: "python3", name: "receiver.py" }] : []),
];

let folder: string;
let child: ChildProcess;

function example(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(DOCS) ?? [];
  if (code === undefined) throw new Error(`docs/webhook.md has no example in ${language}`);
  return code;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function sendUntilAnswered(secret: string, port: number, atMs: number | null) {
  const runtime: Runtime = { ...nodeRuntime, nowMs: () => atMs ?? nodeRuntime.nowMs() };
  const url = `http://127.0.0.1:${port}/alerts`;
  const target = {
    ...({ type: "webhook", name: "hook", purpose: "alerts", url, secret } as const),
    ...({ allowPrivate: true, minSeverity: "LOW", silentBelow: "HIGH" } as const),
  };
  const notifier = createWebhookNotifier(target, { runtime });
  for (let tries = 0; tries < 200; tries += 1) {
    const attempt = await notifier.send(sampleMessage(), new AbortController().signal);
    if (attempt.outcome !== "retry") return attempt;
    await nodeRuntime.sleep(50);
  }
  throw new Error("The receiver did not answer");
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "liqwatch-receiver-"));
});
afterEach(() => {
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("the receivers in docs/webhook.md", () => {
  test.each(RECEIVERS)(
    "$language: takes what is signed with its secret now, refuses all else",
    async ({ language, program, name }) => {
      const file = join(folder, name);
      writeFileSync(file, example(language));
      const port = await freePort();
      const env = { PATH: process.env.PATH, PORT: String(port), ALERT_WEBHOOK_SECRET: SECRET };
      child = spawn(program, [file], { env, stdio: ["ignore", "pipe", "ignore"] });
      let said = "";
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      expect(await sendUntilAnswered(SECRET, port, null)).toMatchObject({ outcome: "delivered" });
      const refused = { outcome: "dead", reason: "auth" };
      expect(await sendUntilAnswered(`${SECRET}!`, port, null)).toMatchObject(refused);
      const old = Date.now() - 600_000;
      expect(await sendUntilAnswered(SECRET, port, old)).toMatchObject(refused);
      expect(said).toBe("🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)\n");
    },
  );
});
