/** `/thresholds`: the rules as they are; admins change their figures, shown first, then confirmed. */
import { LiqError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { appliedReply, logReply, proposalReply } from "../render/replies/threshold-change.ts";
import { thresholdsReply } from "../render/replies/thresholds.ts";
import { type Reply, sentence } from "../render/reply.ts";
import { LEVELS, type ThresholdWish } from "../thresholds.ts";
import { quoted } from "./arguments.ts";
import type { BotCommand, CommandContext } from "./command.ts";
import {
  ACTIONS,
  readFigures,
  readThresholdWords,
  type ThresholdWords,
} from "./threshold-words.ts";

const LOGGED_MAX = 10;
/** Reading a busy day back for a preview may take a slow machine this long. */
const PREVIEW_MS_MAX = 60_000;
const CODE = /^\d{4}$/;

export const thresholds: BotCommand = {
  name: "thresholds",
  aliases: ["rules"],
  summary: "the rules and their four levels; admins change them",
  takes: [
    { shape: "text", name: "rule", summary: "one rule, by name; none = all" },
    { shape: "word", words: ACTIONS, summary: "for admins: shown first, then confirmed" },
    ...LEVELS.map((name) => {
      const summary = `set: ${name.toUpperCase()} from here on, such as $2.5m`;
      return { shape: "named", name, summary } as const;
    }),
    { shape: "text", name: "code", summary: "confirm: the code under the preview" },
  ],
  isAdmin: false,
  answerMsMax: PREVIEW_MS_MAX,
  async run({ words }, context) {
    const isRule = (name: string) => found(name, context) !== null;
    const read = readThresholdWords(words, isRule);
    if (read.action === null) return shown(read.name, context);
    return context.isAdmin ? changed(read, context) : sentence("Changing thresholds is for admins");
  },
};

function shown(typed: string, { queries }: CommandContext): Reply {
  const [rules, overrides] = [queries.rules(), queries.overrides()];
  const usual = queries.usual(null);
  if (typed === "") return thresholdsReply(rules, overrides, usual);
  const name = ruleNamed(typed, { queries });
  const isMeant = (one: { readonly name: string }) => one.name === name;
  return thresholdsReply(
    rules.filter(isMeant),
    overrides.filter(({ change }) => change.rule === name),
    usual,
  );
}

async function changed(
  { action, name, figures }: ThresholdWords,
  context: CommandContext,
): Promise<Reply> {
  const { controls, nowMs } = context;
  const who = { by: context.by, name: context.name };
  if (action === "log") return logReply(await controls.thresholds.log(LOGGED_MAX), nowMs);
  if (action === "confirm") {
    if (!CODE.test(name)) {
      const typed = name === "" ? "" : `, not ${quoted(name)}`;
      throw new LiqError("LIQ_COMMAND", `Which change? The four digits under its preview${typed}`);
    }
    return appliedReply(await controls.thresholds.confirm(name, who));
  }
  const wish = action === "revert" ? reverting(name, context) : setting(name, figures, context);
  return proposalReply(await controls.thresholds.propose(wish, who), nowMs);
}

function reverting(typed: string, context: CommandContext): ThresholdWish {
  return { type: "revert", rule: typed === "" ? null : ruleNamed(typed, context) };
}

function setting(
  typed: string,
  figures: ThresholdWords["figures"],
  context: CommandContext,
): ThresholdWish {
  const name = ruleNamed(typed, context);
  const rule = context.queries.rules().find((one) => one.name === name);
  if (rule === undefined) {
    throw new LiqError("LIQ_COMMAND", `The file has no rule ${quoted(name)} any more; revert it`);
  }
  if (figures.size === 0) {
    throw new LiqError("LIQ_COMMAND", `Which level of ${name}? Write low=$2m, or any of the four`);
  }
  return { type: "set", rule: name, levels: readFigures(figures, rule.metric) };
}

/** Whatever its capitals; rules that are only remembered can be reverted. */
function found(typed: string, { queries }: Pick<CommandContext, "queries">): string | null {
  const wanted = typed.toLowerCase();
  return namesOf({ queries }).find((name) => name.toLowerCase() === wanted) ?? null;
}

function ruleNamed(typed: string, context: Pick<CommandContext, "queries">): string {
  const name = found(typed, context);
  if (name !== null) return name;
  const names = namesOf(context);
  const listed = names.length === 0 ? "there are none" : `there are ${names.join(", ")}`;
  if (typed === "") throw new LiqError("LIQ_COMMAND", `Which rule? ${capital(listed)}`);
  const hint = didYouMean(typed, names);
  throw new LiqError("LIQ_COMMAND", `No rule ${quoted(typed)}; ${listed}${hint}`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function namesOf({ queries }: Pick<CommandContext, "queries">): readonly string[] {
  const names = queries.rules().map(({ name }) => name);
  return [...new Set([...names, ...queries.overrides().map(({ change }) => change.rule)])];
}
