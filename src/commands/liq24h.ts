/** `/liq24h`: the last 1, 4, 12 and 24 hours. */
import { dayReply } from "../render/replies/day.ts";
import { type BotCommand, optional, sightInput, titlesOf } from "./command.ts";

const HOUR_MS = 3_600_000;
const WINDOWS_MS = [1, 4, 12, 24].map((hours) => hours * HOUR_MS);
const DAY_MS = 24 * HOUR_MS;

export const liq24h: BotCommand = {
  name: "liq24h",
  aliases: ["liqs", "rekt"],
  summary: "liquidations of the last 1, 4, 12 and 24 hours",
  takes: [
    { shape: "asset", summary: "btc, BTCUSDT, bitcoin; none = all" },
    { shape: "venue", summary: "one venue only" },
  ],
  isAdmin: false,
  async run({ asset, venue }, context) {
    const { queries, nowMs } = context;
    const whose = { asset: asset ?? undefined, venue: venue ?? undefined };
    const windows = WINDOWS_MS.map((windowMs) => queries.totals({ windowMs, ...whose }));
    const only = { ...(asset === null ? {} : { asset }), ...(venue === null ? {} : { venue }) };
    const [before, largest] = await Promise.all([
      optional(queries.totalsBefore({ windowMs: DAY_MS, ...whose })),
      optional(queries.largest({ sinceMs: nowMs - DAY_MS, limit: 1, ...only })),
    ]);
    const sight = sightInput(context, { asset, venue }, WINDOWS_MS);
    return dayReply({ ...sight, asset, windows, before, largest, titleOf: titlesOf(queries) });
  },
};
