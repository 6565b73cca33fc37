/** `/status`: is it well, and what has it done. */
import { statusReply } from "../render/replies/status.ts";
import type { BotCommand } from "./command.ts";

const HOUR_MS = 3_600_000;
/** Counted up to here. */
const HELD_MAX = 10_000;

export const status: BotCommand = {
  name: "status",
  aliases: [],
  summary: "is it well, and what has it done since it started",
  takes: [],
  isAdmin: false,
  run(_args, { queries, nowMs }) {
    return statusReply({
      ...{ status: queries.status(), feeds: queries.feeds(), summary: queries.summary() },
      heldBack: queries.heldBack(HELD_MAX).length,
      ...{ mutes: queries.mutes(), nowMs, coverage: queries.coverage({ windowMs: HOUR_MS }) },
    });
  },
};
