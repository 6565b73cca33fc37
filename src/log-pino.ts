/** The real log: JSON lines for machines, short lines for a terminal, no secret in either. */
import { pino, stdSerializers, stdTimeFunctions } from "pino";
import type { Log } from "./log.ts";
import { scrub } from "./scrub.ts";

export interface LogOptions {
  readonly level: "error" | "warn" | "info" | "debug";
  /** True for a terminal: one short line per event instead of JSON. */
  readonly isTty: boolean;
  /** Takes whole lines, newline included. */
  write(text: string): void;
}

/**
 * Secrets are scrubbed in the stream itself: pino's path redaction does not reach the texts of
 * errors, and both services put their secret into addresses.
 */
export function createLog({ level, isTty, write }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: stdSerializers.err, cause: stdSerializers.err },
    hooks: { streamWrite: scrub },
  };
  return pino(options, { write: isTty ? (line) => write(shorten(line)) : write });
}

/** `12:00:05 info  Connected venue=binance`. */
function shorten(line: string): string {
  const fields: unknown = JSON.parse(line);
  if (typeof fields !== "object" || fields === null) return line;
  const { level, time, msg, ...rest } = fields as Readonly<Record<string, unknown>>;
  const words = Object.entries(rest).map(([name, value]) => `${name}=${word(value)}`);
  const clock = String(time).slice(11, 19);
  return `${printable([clock, String(level).padEnd(5), String(msg), ...words].join(" "))}\n`;
}

/** Venues' own words stand in reasons: what steers a terminal is written out instead. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}]/gu,
    (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

function word(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return value;
  return JSON.stringify(value) ?? "";
}
