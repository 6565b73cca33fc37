/** `/whales`: the largest single liquidations. */
import { whalesReply } from "../render/replies/whales.ts";
import { type BotCommand, sightInput, titlesOf } from "./command.ts";

const DAY_MS = 86_400_000;
const ROWS_DEFAULT = 10;
const ROWS_MAX = 25;

export const whales: BotCommand = {
  name: "whales",
  aliases: ["whale"],
  summary: "the largest single liquidations",
  takes: [
    { shape: "asset", summary: "one asset only" },
    { shape: "venue", summary: "one venue only" },
    { shape: "window", summary: "how far back, up to 7d; none = 24h" },
    { shape: "money", summary: "from this much on: $2.5m" },
    {
      shape: "count",
      max: ROWS_MAX,
      summary: `how many, up to ${ROWS_MAX}; none = ${ROWS_DEFAULT}`,
    },
  ],
  isAdmin: false,
  async run({ asset, venue, windowMs, minCents, count }, context) {
    const { queries, nowMs } = context;
    const spanMs = Math.min(windowMs ?? DAY_MS, 7 * DAY_MS);
    const found = await queries.largest({
      ...{ sinceMs: nowMs - spanMs, limit: count ?? ROWS_DEFAULT },
      ...(asset === null ? {} : { asset }),
      ...(venue === null ? {} : { venue }),
    });
    const rows = found.filter((row) => (row.notionalCents ?? 0) >= (minCents ?? 0));
    const titleOf = titlesOf(queries);
    return whalesReply({
      ...sightInput(context, { asset, venue }, [spanMs]),
      asset,
      windowMs: spanMs,
      minCents,
      rows,
      titleOf,
    });
  },
};
