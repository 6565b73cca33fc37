/** `/levels`: at which prices positions were liquidated. */
import { levelsReply, type NamedLevels } from "../render/replies/levels.ts";
import { type BotCommand, sightInput } from "./command.ts";

const HOUR_MS = 3_600_000;

export const levels: BotCommand = {
  name: "levels",
  aliases: [],
  summary: "at which prices positions were liquidated, not a forecast",
  takes: [{ shape: "asset", summary: "btc, BTCUSDT, bitcoin; none = the densest level of each" }],
  isAdmin: false,
  run({ asset }, context) {
    const { queries } = context;
    const names = asset === null ? queries.levelAssets() : [asset];
    const found = names.flatMap((name): readonly NamedLevels[] => {
      const ofAsset = queries.levels(name);
      return ofAsset === null ? [] : [{ name, ...ofAsset }];
    });
    return levelsReply({ ...sightInput(context, { asset, venue: null }, [HOUR_MS]), asset, found });
  },
};
