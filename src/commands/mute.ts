/** `/mute` and `/unmute`: for admins. Decisions go on, messages wait. */
import { MUTE_MS_MAX } from "../alert.ts";
import { LiqError } from "../errors.ts";
import type { MuteSubject } from "../mute.ts";
import { mutedReply, mutesLine, unmutedReply } from "../render/replies/mutes.ts";
import { type Reply, sentence } from "../render/reply.ts";
import type { Argument, Arguments } from "./arguments.ts";
import type { BotCommand, CommandContext } from "./command.ts";

const DEFAULT_MS = 3_600_000;
/** A mute that ends before it is read would only confuse. */
const DURATION_MS_MIN = 10_000;

const WHAT: readonly Argument[] = [
  { shape: "asset", summary: "one asset" },
  { shape: "venue", summary: "alerts about one venue alone" },
  { shape: "rule", summary: "one rule, by its name" },
  { shape: "word", words: ["all"], summary: "everything, the market too" },
];

/** null = not said. */
function subjectOf({ asset, venue, rule, word }: Arguments): MuteSubject | null {
  const one = asset ?? venue ?? rule;
  if (one !== null && word === "all") {
    throw new LiqError("LIQ_COMMAND", `Either ${one} or all, please`);
  }
  if (one === null && word !== "all") return null;
  return { asset, ...(venue !== null && { venue }), ...(rule !== null && { rule }) };
}

function shown({ queries, nowMs }: CommandContext, usage: string): Reply {
  return sentence("Mutes", mutesLine(queries.mutes(), nowMs), usage);
}

export const mute: BotCommand = {
  name: "mute",
  aliases: [],
  summary: "hold alerts back for a while",
  takes: [...WHAT, { shape: "duration", summary: "30m, 2h, up to 30d; none = 1h" }],
  isAdmin: true,
  async run(args, context) {
    const subject = subjectOf(args);
    if (subject === null) return shown(context, "/mute btc 1h, /mute all 30m, /mute whale 2h");
    const durationMs = args.durationMs ?? DEFAULT_MS;
    if (durationMs < DURATION_MS_MIN || durationMs > MUTE_MS_MAX) {
      throw new LiqError("LIQ_COMMAND", "A mute lasts between 10s and 30d");
    }
    // Mutes end by the engine's clock.
    const startMs = context.queries.status().engineNowMs ?? context.nowMs;
    const wanted = { ...subject, untilMs: startMs + durationMs, by: context.by };
    await context.controls.mute(wanted);
    return mutedReply(wanted, startMs);
  },
};

export const unmute: BotCommand = {
  name: "unmute",
  aliases: [],
  summary: "end a mute",
  takes: WHAT,
  isAdmin: true,
  async run(args, context) {
    const subject = subjectOf(args);
    if (subject === null) return shown(context, "/unmute btc, /unmute all, /unmute whale");
    const wasMuted = await context.controls.unmute(subject, context.by);
    return unmutedReply(subject, wasMuted, mutesLine(context.queries.mutes(), context.nowMs));
  },
};
