/** The defaults that are lists and maps; defaults of single settings stand in the schema. */

const MILLION = 1_000_000;

/** `@majors` in a filter means this list. A file's lists are added by name. */
export const DEFAULT_ASSET_LISTS = {
  majors: ["BTC", "ETH"],
  "large-caps": [
    "SOL",
    "XRP",
    "DOGE",
    "HYPE",
    "BNB",
    "SUI",
    "ADA",
    "LINK",
    "ZEC",
    "LTC",
    "AVAX",
    "BCH",
  ],
} as const;

/** Coins that count 1:1 as US dollars. */
export const DEFAULT_USD_COINS = ["USDT", "USDC", "FDUSD", "USDe", "DAI"] as const;

/** Off until their variables are set; `console` needs none. */
export const DEFAULT_NOTIFIERS = {
  discord: { type: "discord", webhookUrl: "${DISCORD_WEBHOOK_URL}" },
  telegram: {
    type: "telegram",
    botToken: "${TELEGRAM_BOT_TOKEN}",
    chatId: "${TELEGRAM_CHAT_ID}",
  },
  ops: {
    type: "telegram",
    botToken: "${TELEGRAM_BOT_TOKEN}",
    chatId: "${OPS_CHAT_ID}",
    purpose: "ops",
  },
  hook: {
    type: "webhook",
    url: "${ALERT_WEBHOOK_URL}",
    secret: "${ALERT_WEBHOOK_SECRET}",
  },
  console: { type: "console" },
} as const;

/** On when their variables are set and somebody may ask. */
export const DEFAULT_BOTS = {
  discord: { token: "${DISCORD_BOT_TOKEN}" },
  telegram: { token: "${TELEGRAM_BOT_TOKEN}" },
} as const;

/** The market, not the channel: USD thresholds of the default rules are multiplied by this. */
const PRESET_FACTORS = { calm: 0.5, normal: 1, busy: 3 } as const;
export const PRESETS = ["calm", "normal", "busy"] as const;
export type Preset = (typeof PRESETS)[number];

/** Thresholds in millions of USD, low to critical. */
type Millions = readonly [low: number, medium: number, high: number, critical: number];

function millions([low, medium, high, critical]: Millions, factor: number) {
  // Whole cents: 0.6 x 10^6 x 0.5 is exact, but 0.6 x 3 is not.
  const usd = (amount: number) => Math.round(amount * MILLION * factor * 100) / 100;
  return { low: usd(low), medium: usd(medium), high: usd(high), critical: usd(critical) };
}

/** Those of the rule `market`, and of the built-in `market-wide` where the file does not set them. */
export function marketThresholds(preset: Preset) {
  return millions([15, 40, 120, 400], PRESET_FACTORS[preset]);
}

/** A normal day gives 5 to 20 messages in Discord, a crash at most 40. */
export function defaultRules(preset: Preset) {
  const factor = PRESET_FACTORS[preset];
  return [
    {
      name: "market",
      scope: "market",
      metric: "notionalUsd",
      window: "5m",
      thresholds: marketThresholds(preset),
      cooldown: "15m",
    },
    {
      name: "majors",
      scope: "asset",
      filter: { assets: ["@majors"] },
      metric: "notionalUsd",
      window: "5m",
      thresholds: millions([1.5, 5, 20, 60], factor),
      cooldown: "10m",
    },
    {
      name: "large-caps",
      scope: "asset",
      filter: { assets: ["@large-caps"] },
      metric: "notionalUsd",
      window: "5m",
      thresholds: millions([0.6, 2, 6, 20], factor),
      cooldown: "15m",
    },
    {
      name: "rest",
      scope: "asset",
      filter: { excludeAssets: ["@majors", "@large-caps"] },
      metric: "timesNormal",
      window: "5m",
      floorUsd: 250_000 * factor,
      thresholds: { low: 4, medium: 8, high: 16, critical: 40 },
      cooldown: "30m",
    },
    {
      name: "whale",
      scope: "asset",
      metric: "largestUsd",
      window: "60s",
      thresholds: millions([1.5, 3, 10, 30], factor),
      cooldown: "5m",
    },
    {
      name: "deleveraging",
      scope: "asset",
      filter: { assets: ["BTC", "ETH", "SOL"] },
      metric: "openInterestDropPct",
      window: "5m",
      floorUsd: Math.round(2 * MILLION * factor),
      thresholds: { low: 2, medium: 3, high: 5, critical: 8 },
      cooldown: "30m",
    },
  ] as const;
}
