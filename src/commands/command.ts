/** The contract of a command: one value each, the same for every service. */
import type { Charts } from "../chart.ts";
import type { Controls, Queries } from "../queries.ts";
import type { Reply } from "../render/reply.ts";
import type { Argument, Arguments } from "./arguments.ts";

export interface CommandContext {
  readonly queries: Queries;
  readonly controls: Controls;
  readonly charts: Charts;
  readonly nowMs: number;
  /** Who asks, for the log: `telegram:4711`. */
  readonly by: string;
  /** As the service calls that person; null = it does not say. */
  readonly name: string | null;
  readonly isAdmin: boolean;
  /** All of them, for help. */
  readonly commands: readonly BotCommand[];
}

export interface BotCommand {
  /** As typed, lower case: Telegram and Discord allow letters, digits and _. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** A few words for menus, at most 100 characters (Discord's limit). */
  readonly summary: string;
  readonly takes: readonly Argument[];
  readonly isAdmin: boolean;
  /** An answer that takes longer is given up, ms; without it after 10 s. */
  readonly answerMsMax?: number;
  /** May reject with LiqError LIQ_COMMAND, whose text is shown; other errors are not. */
  run(args: Arguments, context: CommandContext): Reply | Promise<Reply>;
}

/** How the venues of the running daemon are called. */
export function titlesOf(queries: Queries): (venue: string) => string {
  const titles = new Map<string, string>(queries.feeds().map((feed) => [feed.venue, feed.title]));
  const samples = new Set<string>(queries.samples());
  return (venue) => `${titles.get(venue) ?? venue}${samples.has(venue) ? " (sample)" : ""}`;
}

/** What rendering needs to know of what can be seen now, and of what was in these windows. */
export function sightInput(
  { queries, nowMs }: CommandContext,
  { asset, venue }: Pick<Arguments, "asset" | "venue">,
  windowsMs: readonly number[],
) {
  const { watchedSinceMs } = queries.dayTotals();
  const samples = queries.samples();
  const seen = windowsMs.map((windowMs) => {
    const query = { windowMs, asset: asset ?? undefined, venue: venue ?? undefined };
    return { windowMs, coverage: queries.coverage(query) };
  });
  return {
    status: queries.status(),
    feeds: queries.feeds(),
    ...{ samples, nowMs, venue, watchedSinceMs, seen },
  };
}

/** A part of an answer that may fail without spoiling the rest. */
export async function optional<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch {
    return null;
  }
}
