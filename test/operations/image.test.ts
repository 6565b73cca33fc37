/** The Dockerfile where no engine runs: its shape, its files, and its health check for real. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { loadSettings } from "../../src/config.ts";
import { freePort } from "../real/run-folder.ts";
import { allowedNames, copyOf, execForm, readInstructions, stagesOf } from "./dockerfile.ts";

const instructions = readInstructions("Dockerfile");
const stages = stagesOf(instructions);
const last = stages.at(-1) ?? [];
const allowed = allowedNames(".dockerignore");

const restOf = (name: string): readonly string[] =>
  last.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

/** `ENV A=b C=d` as a record. */
const environment = Object.fromEntries(
  restOf("ENV").flatMap((rest) => rest.split(/\s+/).map((pair) => pair.split("=", 2))),
);

describe("the build", () => {
  test("every stage begins with an image whose major version and distribution are pinned", () => {
    const bases = stages.map(([from]) => from?.rest.replace(/^--platform=\S+ /, ""));
    expect(bases).toEqual([
      "node:20-bookworm-slim AS build",
      "node:20-bookworm-slim AS packages",
      "node:20-bookworm-slim",
    ]);
  });

  test("what is copied exists, is let in by .dockerignore or comes from a stage before", () => {
    expect(allowed.length).toBeGreaterThan(5);
    const names = stages.map(([from]) => from?.rest.split(" AS ")[1]);
    for (const [at, stage] of stages.entries()) {
      for (const copy of stage.filter(({ name }) => name === "COPY").map(copyOf)) {
        if (copy.from !== null) expect(names.slice(0, at)).toContain(copy.from);
        else for (const source of copy.sources) expect(allowed).toContain(source);
      }
    }
    expect(allowed.filter((name) => !existsSync(name))).toEqual([]);
  });

  test("no secret and nothing that a start writes can get in", () => {
    const kept = /^(?:\.env|data|dist|node_modules|\.git|test)/;
    expect(allowed.filter((name) => kept.test(name))).toEqual([]);
    const named = instructions.filter(({ name }) => name === "ARG" || name === "ADD");
    expect(named).toEqual([]);
    expect(Object.keys(environment).filter((name) => /TOKEN|PASSWORD|WEBHOOK/.test(name))).toEqual(
      [],
    );
  });

  test("packages come from the lock, and no install script of theirs runs", () => {
    const installs = instructions.filter(({ rest }) => /\bnpm (?:ci|i|install)\b/.test(rest));
    expect(installs.map(({ rest }) => rest)).toEqual([
      "npm ci --ignore-scripts",
      "npm ci --omit=dev --ignore-scripts",
    ]);
  });
});

describe("the container", () => {
  test("runs as a numbered user that is not root, set after the last command", () => {
    expect(restOf("USER")).toEqual(["1000:1000"]);
    const names = last.map(({ name }) => name);
    expect(names.indexOf("USER")).toBeGreaterThan(names.lastIndexOf("RUN"));
  });

  test("keeps its data in the volume and listens on all addresses: the settings say so", () => {
    const env = { ...environment };
    expect(env.NODE_ENV).toBe("production");
    const settings = loadSettings({ file: null, env });
    expect(restOf("VOLUME")).toEqual([settings.dataDir]);
    expect(settings.http).toMatchObject({ host: "0.0.0.0", port: Number(restOf("EXPOSE")[0]) });
  });

  test("is the program itself, so that signals reach it", () => {
    expect(restOf("ENTRYPOINT").map(execForm)).toEqual([["node", "dist/main.js"]]);
    expect(restOf("CMD").map(execForm)).toEqual([["run"]]);
  });
});

describe("the health check", () => {
  const running: Server[] = [];
  afterEach(() => {
    for (const server of running.splice(0)) server.close();
  });

  const [text = ""] = restOf("HEALTHCHECK");
  const [program, ...args] = execForm(text.replace(/^.*? CMD /, "")) ?? [];

  const check = async (port: number): Promise<unknown> => {
    expect(program).toBe("node");
    const env = { ...process.env, LIQWATCH_HTTP_PORT: String(port) };
    const [code] = await once(spawn(process.execPath, args, { env, stdio: "ignore" }), "exit");
    return code;
  };

  /** Answers as the daemon does; that it does so is for test/api to say. */
  const serve = async (readyzStatus: number): Promise<number> => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === "/readyz" ? readyzStatus : 404).end("{}");
    }).listen(0, "127.0.0.1");
    running.push(server);
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };

  test("passes when the daemon decides", async () => {
    expect(await check(await serve(200))).toBe(0);
  });

  test("fails for a standby, and where nobody listens", async () => {
    expect(await check(await serve(503))).toBe(1);
    expect(await check(await freePort())).toBe(1);
  });

  test("asks the port of the image when none is set", () => {
    expect(args.join(" ")).toContain(`|| ${restOf("EXPOSE")[0]})`);
  });
});
