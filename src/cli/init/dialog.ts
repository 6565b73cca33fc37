/** How `init` talks: short lines, questions with a default, and no question when nobody is there. */
import { LiqError } from "../../errors.ts";
import type { Prompt } from "../prompt.ts";

/** Longer answers are a pasted mistake. */
const ANSWER_CHARS_MAX = 2_000;

/** What a question with yes or no means without an answer. */
export interface Defaults {
  /** Enter alone. */
  readonly enter: boolean;
  /** Nobody is asked (`--yes`). */
  readonly unattended: boolean;
}

export interface DialogOptions {
  /** null = nobody is asked. */
  readonly prompt: Prompt | null;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

export class Dialog {
  readonly #options: DialogOptions;

  constructor(options: DialogOptions) {
    this.#options = options;
  }

  get isUnattended(): boolean {
    return this.#options.prompt === null;
  }

  /** One line for each text. */
  say(...lines: readonly string[]): void {
    for (const line of lines) this.#options.write(line === "" ? "\n" : `    ${line}\n`);
  }

  title(text: string): void {
    this.#options.write(`\n${text}\n`);
  }

  /** The answer, null for Enter alone. Nobody is asked in vain: call it when someone is there. */
  async text(question: string, { isSecret = false } = {}): Promise<string | null> {
    const { prompt, signal } = this.#options;
    const text = `    ${question}: `;
    const answer = (await prompt?.ask({ text, isSecret, signal })) ?? null;
    if (answer === null) throw noAnswer(question);
    if (answer.length <= ANSWER_CHARS_MAX) return answer === "" ? null : answer;
    this.say(`That has ${answer.length} characters; the longest answer has ${ANSWER_CHARS_MAX}.`);
    return this.text(question, { isSecret });
  }

  async confirm(question: string, { enter, unattended }: Defaults): Promise<boolean> {
    if (this.isUnattended) return unattended;
    const answer = await this.text(`${question} [${enter ? "Y/n" : "y/N"}]`);
    if (answer === null) return enter;
    if (/^y(?:es)?$/i.test(answer)) return true;
    if (/^no?$/i.test(answer)) return false;
    this.say("Please answer y or n.");
    return this.confirm(question, { enter, unattended });
  }
}

function noAnswer(question: string): LiqError {
  const how = "without a terminal give --yes with --discord-webhook, or --telegram-token";
  return new LiqError(
    "LIQ_COMMAND",
    `No answer to "${question}", standard input has ended; ${how} and --telegram-chat`,
  );
}

const SHOWN_CHARS = 4;
/** Of a shorter one the end would be too much. */
const MASKED_CHARS_MIN = 16;

/** The end of a secret, enough to tell two of them apart. */
export function masked(secret: string): string {
  return `...${secret.length < MASKED_CHARS_MIN ? "" : secret.slice(-SHOWN_CHARS)}`;
}
