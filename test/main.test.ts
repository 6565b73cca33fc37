/** The command line as a process, from the built files: `npm test` builds them first. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { scratchFolder, until } from "./real/run-folder.ts";

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

  test("SIGHUP has the daemon read its configuration again, Ctrl-C stops it in order", async () => {
    const folder = scratchFolder("hangup");
    const file = join(folder, "own.yaml");
    // Nobody listens there: this is about signals.
    const nowhere = `{ wsUrl: "ws://127.0.0.1:9", restUrl: "http://127.0.0.1:9" }`;
    writeFileSync(
      file,
      `venues: { binance: ${nowhere}, bybit: ${nowhere}, okx: ${nowhere} }
dataDir: ${JSON.stringify(join(folder, "data"))}
http: { port: 0 }
`,
    );
    const child = start(["run", "--config", file]);
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    const end = ended(child);
    await until(() => said.includes("Page: "), "started");
    child.kill("SIGHUP");
    await until(() => said.includes("Configuration is unchanged"), "read again");
    writeFileSync(file, "nonsense: 1\n");
    await until(() => said.includes("Configuration is refused"), "saved and refused");
    child.kill("SIGINT");
    expect(await end).toMatchObject({ code: 0, signal: null });
    expect(said).toContain("nonsense (line 1): unknown key");
  }, 60_000);
});
