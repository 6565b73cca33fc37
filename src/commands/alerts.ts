/** `/alerts`: the log, newest first. */
import { alertsReply } from "../render/replies/alerts.ts";
import type { BotCommand } from "./command.ts";

const ALERTS_DEFAULT = 10;
const ALERTS_MAX = 30;

export const alerts: BotCommand = {
  name: "alerts",
  aliases: [],
  summary: "the last alerts, or what was held back",
  takes: [
    {
      shape: "count",
      max: ALERTS_MAX,
      summary: `how many, up to ${ALERTS_MAX}; none = ${ALERTS_DEFAULT}`,
    },
    { shape: "word", words: ["suppressed"], summary: "what cooldowns and mutes hold or held back" },
  ],
  isAdmin: false,
  async run({ count, word }, { queries, nowMs }) {
    const isSuppressed = word === "suppressed";
    const limit = count ?? ALERTS_DEFAULT;
    const { items } = await queries.alerts({ suppressed: isSuppressed, limit });
    const running = isSuppressed ? queries.heldBack(limit) : [];
    return alertsReply({ logged: items, running, isSuppressed, nowMs });
  },
};
