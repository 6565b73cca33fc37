/** A line of text to the command that it asks for. Pure. */
import { nearest } from "../nearest.ts";
import { type Reply, sentence } from "../render/reply.ts";
import { quoted } from "./arguments.ts";
import type { BotCommand } from "./command.ts";

export type Routed =
  | { readonly type: "command"; readonly command: BotCommand; readonly words: readonly string[] }
  /** Starts like a command and is none; `isAddressed` = our name stood behind it. */
  | {
      readonly type: "unknown";
      readonly reply: Reply;
      readonly hasNearest: boolean;
      readonly isAddressed: boolean;
    };

export interface RouterOptions {
  readonly commands: readonly BotCommand[];
  /** Our own name: `/liq24h@liqwatch_bot`; null = nobody is addressed by name. */
  readonly botName: string | null;
}

/** Longer texts are no questions. */
const TEXT_CHARS_MAX = 400;
const COMMAND = /^\/([a-z0-9_]{1,64})(?:@(\w{1,64}))?(?=\s|$)/i;

/** null = no command, or one for another bot. */
export function route(text: string, { commands, botName }: RouterOptions): Routed | null {
  const line = text.slice(0, TEXT_CHARS_MAX).trim();
  const [whole, typed, addressed] = COMMAND.exec(line) ?? [];
  if (whole === undefined || typed === undefined) return null;
  const isOurs = addressed === undefined || addressed.toLowerCase() === botName?.toLowerCase();
  if (!isOurs) return null;
  const name = typed.toLowerCase();
  const command = commands.find((one) => one.name === name || one.aliases.includes(name));
  const words = line.slice(whole.length).split(/\s+/).map(trimmed).filter(isSaid);
  if (command !== undefined) return { type: "command", command, words };
  const known = commands.flatMap((one) => [one.name, ...one.aliases]);
  const meant = nearest(name, known);
  const hint = meant === null ? "" : ` Did you mean /${meant}?`;
  const reply = sentence(
    `No command ${quoted(`/${name}`)}`,
    `${hint} /help lists them all.`.trim(),
  );
  return {
    type: "unknown",
    reply,
    hasNearest: meant !== null,
    isAddressed: addressed !== undefined,
  };
}

/** Commas and full stops of a sentence belong to no word. */
function trimmed(word: string): string {
  return word.replace(/^[,;]+|[,;.?!]+$/g, "");
}

function isSaid(word: string): boolean {
  return word !== "";
}
