/** `/chart`: a picture of one window, with its figures beside it. */
import { LiqError } from "../errors.ts";
import { chartReply } from "../render/replies/chart.ts";
import { formatWindowShort } from "../render/times.ts";
import { SECOND_WINDOWS_MS } from "../rule.ts";
import { type BotCommand, sightInput, titlesOf } from "./command.ts";

const DEFAULT_WINDOW_MS = 3_600_000;
const LENGTHS = SECOND_WINDOWS_MS.map(formatWindowShort).join(", ");

export const chart: BotCommand = {
  name: "chart",
  aliases: [],
  summary: "a picture of longs and shorts over time",
  takes: [
    { shape: "asset", summary: "btc, BTCUSDT, bitcoin; none = all" },
    { shape: "window", summary: `${LENGTHS}; none = 1h` },
  ],
  isAdmin: false,
  async run({ asset, windowMs }, context) {
    const spanMs = windowMs ?? DEFAULT_WINDOW_MS;
    if (!SECOND_WINDOWS_MS.some((lengthMs) => lengthMs === spanMs)) {
      const asked = formatWindowShort(spanMs);
      throw new LiqError("LIQ_COMMAND", `No chart of ${asked}; there are ${LENGTHS}`);
    }
    const drawn = await context.charts.draw({ windowMs: spanMs, asset: asset ?? undefined });
    const sight = sightInput(context, { asset, venue: null }, [spanMs]);
    return chartReply({ ...sight, ...drawn, asset, titleOf: titlesOf(context.queries) });
  },
};
