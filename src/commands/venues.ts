/** `/venues`: what each feed sees. */
import { venuesReply } from "../render/replies/venues.ts";
import type { BotCommand } from "./command.ts";

export const venues: BotCommand = {
  name: "venues",
  // People may say exchange; our own texts never do.
  aliases: ["exchanges", "feeds"],
  summary: "which feeds are up, how late, and what they show",
  takes: [{ shape: "word", words: ["all"], summary: "every feed" }],
  isAdmin: false,
  run({ word }, { queries, nowMs }) {
    return venuesReply({ feeds: queries.feeds(), isAll: word === "all", nowMs });
  },
};
