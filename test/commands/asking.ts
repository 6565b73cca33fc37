/** Asks the desk as a service would, and reads the reply as plain lines. */
import { Desk, type Outcome } from "../../src/commands/desk.ts";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import { replyPlain } from "../../src/render/reply.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { SampleCharts } from "../pictures/sample-charts.ts";
import { NOW_MS, SampleDaemon, type SampleOptions } from "./samples.ts";

export interface Asking {
  readonly desk: Desk;
  readonly daemon: SampleDaemon;
  readonly charts: SampleCharts;
  /** Moves the time on. */
  pass(ms: number): void;
  ask(text: string, as?: "admin" | "reader" | "stranger", by?: string): Promise<Outcome>;
  /** The reply's text; unless said, each question comes from somebody else: no limit is met. */
  read(text: string, as?: "admin" | "reader", by?: string): Promise<string>;
}

/** `pace` below 1 makes deadlines come sooner. */
export function asking(options: SampleOptions = {}, log: Log = SILENT_LOG, pace = 1): Asking {
  let passedMs = 0;
  let askers = 0;
  const runtime: Runtime = {
    ...nodeRuntime,
    after: (ms, run) => nodeRuntime.after(ms * pace, run),
    nowMs: () => NOW_MS + passedMs,
    monotonicMs: () => passedMs,
  };
  const daemon = new SampleDaemon(options);
  const charts = new SampleCharts();
  const world = { queries: daemon.queries, controls: daemon, charts, runtime, log };
  const desk = new Desk(world);
  const ask: Asking["ask"] = (text, standing = "reader", by = "telegram:1") =>
    desk.ask({ text, standing, by, name: "ada", botName: "liqwatch_bot", isForUs: true });
  return {
    ...{ desk, daemon, charts, ask },
    pass: (ms) => {
      passedMs += ms;
    },
    read: async (text, standing = "reader", by) => {
      askers += 1;
      const outcome = await ask(text, standing, by ?? `telegram:${askers}`);
      return outcome.type === "ignored" ? "(ignored)" : replyPlain(outcome.reply);
    },
  };
}
