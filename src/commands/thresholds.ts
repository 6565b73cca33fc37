/** `/thresholds`: the rules as they are. */
import { LiqError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { thresholdsReply } from "../render/replies/thresholds.ts";
import { sentence } from "../render/reply.ts";
import { quoted } from "./arguments.ts";
import type { BotCommand } from "./command.ts";

export const thresholds: BotCommand = {
  name: "thresholds",
  aliases: ["rules"],
  summary: "the rules and their four levels",
  takes: [{ shape: "text", name: "rule", summary: "one rule, by name; none = all" }],
  isAdmin: false,
  isBuilt: true,
  run({ words }, { queries }) {
    const name = words.join(" ").toLowerCase();
    if (words[0]?.toLowerCase() === "set") return SET_ELSEWHERE;
    const rules = queries.rules();
    if (name === "") return thresholdsReply(rules);
    const found = rules.filter((rule) => rule.name.toLowerCase() === name);
    if (found.length > 0) return thresholdsReply(found);
    const names = rules.map((rule) => rule.name);
    const hint = didYouMean(name, names);
    throw new LiqError(
      "LIQ_COMMAND",
      `No rule ${quoted(name)}; there are ${names.join(", ")}${hint}`,
    );
  },
};

/** What `/thresholds set ...` is answered with: nothing is changed from a chat in this version. */
const SET_ELSEWHERE = sentence(
  "Thresholds are not set from here in this version",
  "They stand in the configuration file, under rules; check it with liqwatch check-config, then restart.",
);
