/** `/oi`, `/funding`, `/market`: what the venues say besides liquidations. */
import {
  type ContextOptions,
  fundingReply,
  fundingTable,
  marketReply,
  openInterestReply,
  openInterestTable,
} from "../render/replies/market.ts";
import { type Reply, sentence } from "../render/reply.ts";
import { type BotCommand, type CommandContext, titlesOf } from "./command.ts";

/** Assets of a list. */
const LINES = 10;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** What `/market` is about when nothing is named. */
const DEFAULT_ASSET = "BTC";

const takesAsset = [
  { shape: "asset", summary: "one asset, by venue; none = the largest" },
] as const;

export const oi: BotCommand = {
  name: "oi",
  aliases: [],
  summary: "open interest in USD, and how it changes",
  takes: takesAsset,
  isAdmin: false,
  run({ asset }, context) {
    const { queries } = context;
    if (asset === null) return openInterestTable(queries.contextLines(LINES), optionsOf(context));
    const told = queries.context(asset);
    return told === null ? unknown(asset) : openInterestReply(told, optionsOf(context));
  },
};

export const funding: BotCommand = {
  name: "funding",
  aliases: [],
  summary: "funding rates per 8 hours",
  takes: takesAsset,
  isAdmin: false,
  run({ asset }, context) {
    const { queries } = context;
    if (asset === null) return fundingTable(queries.contextLines(LINES), optionsOf(context));
    const told = queries.context(asset);
    return told === null ? unknown(asset) : fundingReply(told, optionsOf(context));
  },
};

export const market: BotCommand = {
  name: "market",
  aliases: [],
  summary: "price, open interest, funding and liquidations of an asset",
  takes: [{ shape: "asset", summary: `which asset; none = ${DEFAULT_ASSET}` }],
  isAdmin: false,
  run({ asset }, context) {
    const name = asset ?? DEFAULT_ASSET;
    const told = context.queries.context(name);
    if (told === null) return unknown(name);
    const [hour, day] = [HOUR_MS, DAY_MS].map((windowMs) =>
      context.queries.totals({ windowMs, asset: name }),
    );
    if (hour === undefined || day === undefined) return unknown(name);
    return marketReply(told, { ...optionsOf(context), hour, day });
  },
};

function optionsOf(context: CommandContext): ContextOptions {
  const { queries, nowMs } = context;
  return { sources: queries.contextSources(), titleOf: titlesOf(queries), nowMs };
}

function unknown(asset: string): Reply {
  return sentence(
    `${asset} market`,
    `Unknown: no venue has told open interest, funding or a price of ${asset} yet`,
  );
}
