/** The command line as a process, from the built files: `npm test` builds them first. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

const MAIN = resolve("dist/main.js");

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** `input` null leaves standard input open. */
async function liqwatch(args: readonly string[], input: string | null = ""): Promise<Ended> {
  const child = start(args);
  if (input !== null) child.stdin.end(input);
  return ended(child);
}

function start(args: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  return spawn(process.execPath, [MAIN, ...args], { stdio: ["pipe", "pipe", "pipe"], env });
}

async function ended(child: ReturnType<typeof start>): Promise<Ended> {
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const [code, signal] = await once(child, "close");
  return { code, signal, out, err };
}

describe("the process", () => {
  test("the build is there and executable by name", async () => {
    expect(existsSync(MAIN)).toBe(true);
    expect((await liqwatch(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [["help"], 0],
    [["check-config"], 0],
    [[], 2],
    [["nonsense"], 2],
    [["run", "--for"], 2],
    [["run", "--config", "nowhere.yaml"], 2],
    [["check-config", "package-lock.json"], 2],
    [["replay"], 2],
    [["decode"], 2],
    [["decode", "nowhere"], 2],
  ])("%j exits %i, with errors as one text on stderr", async (args, code) => {
    const result = await liqwatch(args);
    expect(result.code).toBe(code);
    expect(result.err.startsWith("liqwatch: ")).toBe(code !== 0);
    expect(result.err).not.toContain("    at ");
    expect(result.out === "").toBe(code !== 0);
  });

  test("a reader that has seen enough ends it quietly", async () => {
    const child = start(["help"]);
    child.stdout.destroy();
    const { code, err } = await ended(child);
    expect(code).toBe(0);
    expect(err).toBe("");
  });

  test("Ctrl-C ends a command that only reads", async () => {
    const child = start(["decode", "binance"]);
    const end = ended(child);
    child.stdin.write("not json\n");
    await once(child.stderr, "data");
    child.kill("SIGINT");
    expect((await end).signal).toBe("SIGINT");
  });
});
