/** A message as bare lines: the console, and the last resort where a markup is refused. Pure. */
import type { RenderedMessage } from "../notifiers/notifier.ts";
import { formatClockSeconds } from "./times.ts";

/** Title, paragraphs, facts, coverage, and the time with the incident's handle. */
export function plainLines(message: RenderedMessage): readonly string[] {
  const coverage = message.coverage === "" ? [] : [message.coverage];
  const end = `${formatClockSeconds(message.atMs)} · ${message.footer}`;
  return [message.title, ...message.lines, ...message.facts, ...coverage, end];
}
