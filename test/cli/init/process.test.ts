/** `init` as a process: answers through a pipe and at a terminal, then what other commands make of it. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isOnPath, missing, until } from "../../real/run-folder.ts";
import { type LocalServices, startLocalServices, TOKEN } from "./local-services.ts";

const MAIN = resolve("dist/main.js");
const hasTerminal = isOnPath("script") || missing("a terminal: there is no script command");

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

/** What a process said, and its exit code once it has one. */
function listen(child: ChildProcessWithoutNullStreams) {
  const heard = { said: "", code: once(child, "close").then(([code]) => Number(code)) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      heard.said += chunk;
    });
  }
  return heard;
}

function environment() {
  return { PATH: process.env.PATH, HOME: process.env.HOME, TERM: "xterm", ...local.env };
}

test("answers through a pipe give files that the other commands take, the .env beside them", async () => {
  const child = spawn(process.execPath, [MAIN, "init", ...local.flags], { env: environment() });
  const heard = listen(child);
  local.telegram.say({ chatId: "55", userId: 55, text: "/start" });
  child.stdin.end([local.discord.webhookUrl(1), TOKEN, "", "", "", "calm", ""].join("\n"));
  expect(await heard.code).toBe(0);
  expect(heard.said).toContain("✓ Bybit");
  expect(heard.said).not.toContain("canary");

  const file = join(local.folder, "liqwatch.yaml");
  const env = environment();
  const checked = spawnSync(process.execPath, [MAIN, "check-config", file, "--json"], { env });
  expect(JSON.parse(String(checked.stdout))).toMatchObject({
    ...{
      ok: true,
      preset: "calm",
      off: [
        { name: "ops", missing: ["OPS_CHAT_ID"] },
        { name: "hook", missing: ["ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET"] },
      ],
      bots: { discord: false, telegram: true },
    },
    targets: [{ name: "discord" }, { name: "telegram" }],
  });
});

describe.runIf(hasTerminal)("at a terminal", () => {
  test("secrets are not shown; Ctrl-C while it waits leaves nothing behind", async () => {
    const command = [process.execPath, MAIN, "init", ...local.flags].join(" ");
    const child = spawn("script", ["-qec", command, "/dev/null"], { env: environment() });
    const heard = listen(child);
    await until(() => heard.said.includes("Webhook URL"), "asked for the webhook");
    child.stdin.write(`${local.discord.webhookUrl(1)}\r`);
    await until(() => heard.said.includes("Bot token"), "asked for the token");
    child.stdin.write(`${TOKEN}\r`);
    await until(() => heard.said.includes("Waiting up to 2m"), "waits for a chat");
    child.stdin.write("\u0003");
    expect(await heard.code).toBe(130);
    expect(heard.said).toContain("✓ Bot @liqwatch_local_bot");
    expect(heard.said).toContain("Stopped; nothing was written");
    expect(heard.said).not.toMatch(/canary|s3cret/);
    expect(existsSync(local.folder)).toBe(false);
  });
});
