import { describe, expect, test } from "vitest";
import { resolveAsset } from "../../src/commands/assets.ts";

const ASSETS = [
  ...["1INCH", "ADA", "ALGO", "APT", "ARB", "AVAX", "BCH", "BNB", "BONK", "BTC", "DOGE", "DYDX"],
  ...["ETC", "ETH", "HYPE", "KAS", "KAVA", "LINK", "LTC", "MBABYDOGE", "MEME", "PEPE", "SATS"],
  ...["SHIB", "SOL", "SUI", "SWAP", "TON", "USDC", "XRP", "ZEC", "kToken"],
];
const meant = (text: string) => {
  const resolved = resolveAsset(text, ASSETS);
  return "asset" in resolved ? resolved.asset : null;
};

describe("assets as people type them", () => {
  test.each([
    ["BTC", ["btc", "$btc", "#BTC", "BTCUSDT", "btc-perp", "BTC/USDT:USDT", "BTC-USDT-SWAP"]],
    [
      "BTC",
      ["xbt", "XBTUSD", "PF_XBTUSD", "PI_XBTUSD", "XBTUSDTM", "BTC_USDT", "btcusdc", "BTCUSD"],
    ],
    ["BTC", ["bitcoin", "Bitcoin", "BTC-PERPETUAL", "BTCPERP", "btcfdusd", "$bitcoin"]],
    ["ETH", ["Ethereum", "ether", "ethusdt", "ETH-USD-SWAP", "eth"]],
    ["PEPE", ["1000pepe", "kpepe", "1000PEPEUSDT", "pepe", "KPEPE-PERP", "$1000pepe"]],
    ["SATS", ["10000SATSUSDT", "1000sats"]],
    ["BONK", ["1000BONK", "kBONK"]],
    ["SHIB", ["shiba", "SHIBUSDT", "1000SHIBUSDT"]],
    ["1INCH", ["1inch", "1INCHUSDT"]],
    ["KAS", ["kas", "kaspa", "KASUSDT"]],
    ["KAVA", ["kava", "KAVAUSDT"]],
    ["SWAP", ["swap", "SWAPUSDT"]],
    ["USDC", ["usdc", "USDCUSDT"]],
    ["BCH", ["bitcoincash", "bitcoin-cash"]],
    ["ETC", ["ethereum-classic", "etc"]],
    ["HYPE", ["hyperliquid", "hype"]],
    ["DYDX", ["dydx", "$DYDX"]],
    ["kToken", ["ktoken", "KTOKENUSDT"]],
    ["XRP", ["ripple"]],
  ])("%s", (asset, texts) => {
    expect(texts.map((text) => [text, meant(text)])).toEqual(texts.map((text) => [text, asset]));
  });

  test.each([
    ["btcc", "BTC"],
    ["etherium", "ETH"],
    ["$dogecon", "DOGE"],
    ["soll", "SOL"],
  ])("%s is asked back as %s", (text, nearest) => {
    expect(resolveAsset(text, ASSETS)).toEqual({ nearest });
  });

  test("what is like nothing is nothing, whatever it holds", () => {
    const texts = [
      ...["", "$", "zzzzzz", "<b>", "'; DROP TABLE liquidations; --", "constructor", "__proto__"],
      ...["x".repeat(10_000), "@everyone", "1000", "-", "💥"],
    ];
    expect(texts.map((text) => resolveAsset(text, ASSETS))).toEqual(
      texts.map(() => ({ nearest: null })),
    );
  });

  test("a name whose coin no feed lists is not offered", () => {
    expect(resolveAsset("bitcoin", ["ETH"])).toEqual({ nearest: null });
  });
});
