/** `/cascade`: whether an asset, or the market, is in cascade now. */
import { MARKET_WIDE } from "../cascade.ts";
import type { Queries } from "../queries.ts";
import { cascadeReply, cascadesReply } from "../render/replies/cascade.ts";
import { type BotCommand, sightInput, titlesOf } from "./command.ts";

/** Incidents and held stretches that are looked through: more are never open at once. */
const LOOKED_THROUGH = 500;
export const cascade: BotCommand = {
  name: "cascade",
  aliases: [],
  summary: "whether a cascade of liquidations is running, and the last one",
  takes: [{ shape: "asset", summary: "one asset; none = all that run" }],
  isAdmin: false,
  run({ asset }, context) {
    const { queries } = context;
    const open = queries.incidents(LOOKED_THROUGH).filter(({ calmedAtMs }) => calmedAtMs === null);
    const market = open.find(({ rule }) => rule === MARKET_WIDE) ?? null;
    if (asset === null) {
      const running = queries.cascades(LOOKED_THROUGH);
      const { windowMs } = queries.cascadeLimits();
      const sight = sightInput(context, { asset, venue: null }, [windowMs]);
      const own = { running, held: heldNames(queries) };
      return cascadesReply({ ...sight, titleOf: titlesOf(queries), market, ...own });
    }
    const state = queries.cascade(asset);
    const sight = sightInput(context, { asset, venue: null }, [state.line.windowMs]);
    const incidents = open
      .filter(({ scopeKey }) => assetOf(scopeKey) === asset)
      .flatMap(({ number }) => (number === null ? [] : [`#${number}`]));
    return cascadeReply({
      ...sight,
      titleOf: titlesOf(queries),
      market,
      state,
      incidents,
      scores: queries.scores(asset),
    });
  },
};

/** What the market's incident holds back now, each name once. */
function heldNames(queries: Queries): readonly string[] {
  const held = queries.heldBack(LOOKED_THROUGH).filter(({ reason }) => reason === "inhibited");
  return [...new Set(held.map(({ scopeKey }) => assetOf(scopeKey)))].sort();
}

/** `BTC` of `BTC`, `BTC:long` and `BTC@binance`. */
function assetOf(scopeKey: string): string {
  return scopeKey.replace(/(?::(?:long|short)|@[a-z-]+)$/, "");
}
