/** The log of the store's thread: lines go to the main thread, which scrubs and writes them. */
import type { Log, LogFields } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import type { Answer, LogLine } from "./rpc.ts";

/** A flood of lines must not fill the port; what is dropped is counted in the next line. */
const LINES_PER_SECOND_MAX = 200;

const LEVELS = ["debug", "info", "warn", "error"] as const;

export interface PortLogOptions {
  readonly level: LogLine["level"];
  readonly runtime: Pick<Runtime, "monotonicMs">;
  readonly post: (answer: Answer) => void;
}

export function createPortLog({ level, runtime, post }: PortLogOptions): Log {
  let second = 0;
  let lines = 0;
  let dropped = 0;
  const write = (line: LogLine) => {
    if (LEVELS.indexOf(line.level) < LEVELS.indexOf(level)) return;
    const present = Math.floor(runtime.monotonicMs() / 1_000);
    if (present !== second) lines = 0;
    second = present;
    lines += 1;
    if (lines > LINES_PER_SECOND_MAX) {
      dropped += 1;
      return;
    }
    const fields = dropped > 0 ? { ...line.fields, droppedLines: dropped } : line.fields;
    dropped = 0;
    post({ type: "log", line: { ...line, fields: plain(fields) } });
  };
  return logWith({}, write);
}

function logWith(base: LogFields, write: (line: LogLine) => void): Log {
  const at = (level: LogLine["level"]) => (fields: LogFields, message: string) =>
    write({ level, fields: { ...base, ...fields }, message });
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    child: (fields) => logWith({ ...base, ...fields }, write),
  };
}

/** Only plain values can be posted; an error keeps its text and code. */
function plain(fields: LogFields): LogFields {
  const text = JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value,
  );
  const copy: LogFields = JSON.parse(text);
  return copy;
}
