/** Where questions of all services arrive: limits, arguments, the command, one reply. */
import type { Charts } from "../chart.ts";
import { LiqError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Controls, Queries } from "../queries.ts";
import { labelled, type Reply, sentence } from "../render/reply.ts";
import { formatDuration } from "../render/times.ts";
import type { Runtime } from "../runtime.ts";
import { readArguments } from "./arguments.ts";
import type { Standing } from "./authorize.ts";
import { Budget, USER_LIMITS } from "./budget.ts";
import type { BotCommand, CommandContext } from "./command.ts";
import { within } from "./deadline.ts";
import { usageOf } from "./help.ts";
import { COMMANDS } from "./index.ts";
import { type Routed, route } from "./router.ts";

/** An answer that takes longer is given up: the store is away. */
const ANSWER_MS_MAX = 10_000;
/** Questions being answered at the same time; more are sent away at once. */
const QUESTIONS_MAX = 50;
const NAME_CHARS_MAX = 40;

export interface DeskOptions {
  readonly queries: Queries;
  readonly controls: Controls;
  readonly charts: Charts;
  readonly runtime: Runtime;
  readonly log: Log;
}

/** One question of somebody who may ask. */
export interface Question {
  readonly text: string;
  readonly standing: Standing;
  /** Who asks, for limits and for the log: `telegram:4711`. */
  readonly by: string;
  /** As the service calls that person, which is not to be believed; null = it does not say. */
  readonly name?: string | null;
  readonly botName: string | null;
  /** False in groups, where other bots' commands pass by and are none of our business. */
  readonly isForUs: boolean;
}

/** `limited` = asked too often; `isFirst` is true once until a question is let through again. */
export type Outcome =
  | { readonly type: "reply"; readonly reply: Reply }
  | { readonly type: "limited"; readonly reply: Reply; readonly isFirst: boolean }
  | { readonly type: "ignored" };

const IGNORED: Outcome = { type: "ignored" };

export class Desk {
  readonly #options: DeskOptions;
  readonly #budget = new Budget(USER_LIMITS);
  /** Who has been told to slow down; as many as the budget remembers at most. */
  readonly #told = new Set<string>();
  #open = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Never rejects. Strangers cost nothing and leave no trace. */
  async ask(question: Question): Promise<Outcome> {
    if (question.standing === "stranger") return IGNORED;
    const { botName } = question;
    const routed = route(question.text, { commands: COMMANDS, botName });
    if (routed === null || isOthers(routed, question)) return IGNORED;
    const { runtime, queries } = this.#options;
    const waitMs = this.#budget.take(question.by, runtime.monotonicMs());
    if (waitMs > 0) return this.#limited(question.by, waitMs);
    this.#told.delete(question.by);
    if (this.#open >= QUESTIONS_MAX) return said("Busy", "Too many questions just now; try again.");
    this.#open += 1;
    try {
      const answer = this.#answer(routed, question);
      const reply = await within(answer, { runtime, ms: answerMsMax(routed) });
      if (reply === null) return said("No answer", "The store did not answer in time; try again.");
      return { type: "reply", reply: labelled(reply, queries.label) };
    } catch (thrown) {
      return this.#failed(thrown, question);
    } finally {
      this.#open -= 1;
    }
  }

  #limited(by: string, waitMs: number): Outcome {
    const isFirst = !this.#told.has(by);
    if (this.#told.size > this.#budget.size) this.#told.clear();
    this.#told.add(by);
    const seconds = formatDuration(Math.ceil(waitMs / 1000) * 1000);
    const line = `One question in 5 s, ten in 5 min; the next in ${seconds}.`;
    return { type: "limited", reply: sentence("Too many questions", line), isFirst };
  }

  async #answer(routed: Routed, { standing, by, name }: Question): Promise<Reply> {
    if (routed.type === "unknown") return routed.reply;
    const { command, words } = routed;
    const { queries, controls, charts, runtime } = this.#options;
    const isAdmin = standing === "admin";
    if (command.isAdmin && !isAdmin) return sentence(`/${command.name} is for admins`);
    const rules = queries.rules().map(({ name }) => name);
    const known = { assets: queries.assets(), venues: queries.feeds(), rules };
    const read = readArguments(words, { takes: command.takes, known });
    if ("problem" in read) return explained(read.problem, command);
    const nowMs = runtime.nowMs();
    const context: CommandContext = {
      ...{ queries, controls, charts, nowMs, by, isAdmin, commands: COMMANDS },
      name: name ? nameOf(name) : null,
    };
    try {
      return await command.run(read.args, context);
    } catch (thrown) {
      const isOurs = thrown instanceof LiqError && thrown.code === "LIQ_COMMAND";
      if (isOurs) return explained(thrown.message.replace(/[^?]$/, "$&."), command);
      throw thrown;
    }
  }

  /** The text may name paths or queries of ours: it goes to the log, not to whoever asked. */
  #failed(thrown: unknown, { by }: Question): Outcome {
    this.#options.log.error({ by, reason: messageOf(thrown) }, "A question could not be answered");
    return said("No answer", "Something went wrong here; the log says what.");
  }
}

/** Somebody's own name for themselves, short and on one line. */
function nameOf(name: string): string | null {
  const line = name.replace(/[\p{C}\s]+/gu, " ").trim();
  return line === "" ? null : [...line].slice(0, NAME_CHARS_MAX).join("");
}

function answerMsMax(routed: Routed): number {
  return (routed.type === "command" ? routed.command.answerMsMax : undefined) ?? ANSWER_MS_MAX;
}

function isOthers(routed: Routed, { isForUs }: Question): boolean {
  if (routed.type === "command" || isForUs) return false;
  return !routed.isAddressed && !routed.hasNearest;
}

function explained(problem: string, command: BotCommand): Reply {
  return sentence(problem, `Usage: ${usageOf(command)}`);
}

function said(title: string, line: string): Outcome {
  return { type: "reply", reply: sentence(title, line) };
}
