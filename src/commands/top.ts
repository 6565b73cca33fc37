/** `/top`: the assets with the most liquidated money. */
import { LiqError } from "../errors.ts";
import { topReply } from "../render/replies/top.ts";
import { formatWindowShort } from "../render/times.ts";
import { SECOND_WINDOWS_MS } from "../rule.ts";
import { type BotCommand, sightInput } from "./command.ts";
import { shortWindowsOf } from "./liq.ts";

const DAY_MS = 86_400_000;
const FIVE_MINUTES_MS = 300_000;
const ASSETS_DEFAULT = 5;
const ASSETS_MAX = 25;

export const top: BotCommand = {
  name: "top",
  aliases: [],
  summary: "assets with the most liquidated money",
  takes: [
    {
      shape: "count",
      max: ASSETS_MAX,
      summary: `how many, up to ${ASSETS_MAX}; none = ${ASSETS_DEFAULT}`,
    },
    { shape: "window", summary: "15m, 1h, 4h, 12h, 24h; none = 24h" },
  ],
  isAdmin: false,
  run({ count, windowMs }, context) {
    const { queries } = context;
    const spanMs = windowMs ?? DAY_MS;
    if (!SECOND_WINDOWS_MS.some((lengthMs) => lengthMs === spanMs)) {
      const lengths = SECOND_WINDOWS_MS.map(formatWindowShort).join(", ");
      const asked = formatWindowShort(spanMs);
      throw new LiqError(
        "LIQ_COMMAND",
        `No list for ${asked}; there are ${lengths}. /liq knows shorter windows`,
      );
    }
    const { byAsset, totalCents } = queries.totals({ windowMs: spanMs });
    const lastFiveMinutes = new Map(
      shortWindowsOf(queries, null, FIVE_MINUTES_MS).map(([name, window]) => [
        name,
        window.totalCents,
      ]),
    );
    return topReply({
      ...sightInput(context, { asset: null, venue: null }, [spanMs]),
      ...{ windowMs: spanMs, totalCents, lastFiveMinutes },
      assets: byAsset.slice(0, count ?? ASSETS_DEFAULT),
      assetCount: byAsset.length,
    });
  },
};
