/** Commands that this version does not compute: said plainly, never answered with a zero. */
import { sentence } from "../render/reply.ts";
import type { BotCommand } from "./command.ts";

/** What each would tell, and what tells the nearest thing today. */
const LATER: Readonly<Record<string, string>> = {
};

export const notYet: readonly BotCommand[] = Object.entries(LATER).map(([name, line]) => ({
  name,
  aliases: [],
  summary: "not in this version yet",
  takes: [{ shape: "text", name: "asset", summary: "not read in this version" }],
  isAdmin: false,
  isBuilt: false,
  run: () => sentence("Not in this version yet", line),
}));
