/** Every command, in the order of menus and help. */
import { alerts } from "./alerts.ts";
import { cascade } from "./cascade.ts";
import { chart } from "./chart.ts";
import type { BotCommand } from "./command.ts";
import { help } from "./help.ts";
import { levels } from "./levels.ts";
import { liq } from "./liq.ts";
import { liq24h } from "./liq24h.ts";
import { funding, market, oi } from "./market.ts";
import { mute, unmute } from "./mute.ts";
import { status } from "./status.ts";
import { thresholds } from "./thresholds.ts";
import { top } from "./top.ts";
import { venues } from "./venues.ts";
import { whales } from "./whales.ts";

export const COMMANDS: readonly BotCommand[] = [
  liq24h,
  liq,
  top,
  whales,
  cascade,
  chart,
  oi,
  funding,
  market,
  levels,
  alerts,
  venues,
  thresholds,
  status,
  mute,
  unmute,
  help,
];
