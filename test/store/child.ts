/** Starts `child.mjs` and reads what it says. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SILENT_LOG } from "../../src/log.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import type { StoreEvent } from "../../src/store/store.ts";
import { type StoreThread, startStoreThread } from "../../src/store/thread.ts";
import { until } from "../real/run-folder.ts";

export interface Child {
  readonly pid: number;
  /** Whole lines said so far. */
  lines(): readonly string[];
  /** Keys whose commit was answered. */
  acked(): readonly string[];
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  exitCode(): number | null;
}

interface Place {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly redisUrl?: string | null;
}

export function startChild(place: Place, prefix: string): Child {
  const script = fileURLToPath(new URL("child.mjs", import.meta.url));
  const child: ChildProcess = spawn(
    process.execPath,
    [script, JSON.stringify({ ...place, prefix })],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let said = "";
  child.stdout?.on("data", (text: Buffer) => {
    said += text.toString();
  });
  const lines = () => said.split("\n").slice(0, -1);
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    lines,
    acked: () =>
      lines()
        .filter((line) => line.startsWith("acked "))
        .map((line) => line.slice("acked ".length)),
    async kill() {
      child.kill("SIGKILL");
      await until(isGone, "child is gone");
    },
    exitCode: () => child.exitCode,
  };
}

/** A store thread in this process, with what it tells. */
export function startThread(place: Place): { thread: StoreThread; events: StoreEvent[] } {
  const events: StoreEvent[] = [];
  const thread = startStoreThread({
    settings: {
      redisUrl: null,
      ...place,
      targets: [],
      label: null,
      logLevel: "error",
      retention: null,
    },
    log: SILENT_LOG,
    runtime: nodeRuntime,
    onEvent: (event) => events.push(event),
    onCrash: () => {},
  });
  return { thread, events };
}

export async function storedKeys(thread: StoreThread, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const chunk of thread.store.liquidationsSince(0)) {
    keys.push(...chunk.map(({ row }) => row.dedupeKey));
  }
  return keys.filter((key) => key.startsWith(`${prefix}|`));
}
