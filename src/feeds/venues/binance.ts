/**
 * Binance futures: one all-market stream that carries USD-M and COIN-M rows since 2026-06-30, so
 * only one host is subscribed. `/market` is the route: the unrouted URL connects and stays silent.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Liquidation-Order-Streams
 */
import {
  decodeForceOrders,
  FORCE_ORDERS,
  PROBE,
  parseContractList,
  requestStreams,
} from "../force-order.ts";
import type { Venue } from "../venue.ts";

export const binance: Venue<null> = {
  id: "binance",
  title: "Binance",
  restUrl: "https://fapi.binance.com",
  channels: [
    {
      name: "market",
      url: "wss://fstream.binance.com/market/stream",
      headers: {},
      topics: () => [FORCE_ORDERS],
      topicsPerConnectionMax: 200,
    },
  ],
  sizeUnit: { linear: "base", inverse: "contracts" },
  completeness: "sampled",
  completenessNote:
    "Binance publishes at most one liquidation per symbol and second, so its sums are a lower bound.",
  completenessShort: "max 1 per symbol per second",
  sideRule: {
    rule: "`S` is the side of the liquidation order: SELL = long liquidated, BUY = short liquidated",
    sentence:
      'The docs say only `"S":"SELL", // Side`; every published reader takes it as the side of the order, and captured SELL orders have their limit below the fill',
    link: "https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Liquidation-Order-Streams",
  },
  sizeRule:
    "USD-M: `z` coins x `ap`. COIN-M: `z` contracts x contractSize USD; coins = USD / `ap`. `p` when `ap` is 0.",
  identity: "no id: symbol, side, time, size and price tell events apart",
  replay: "none is sent on subscribe",
  confidence: "high",
  unconfirmed:
    "whether the one order a second is the largest or the latest; a whole COIN-M frame of the merged stream",
  checkedOn: "2026-11-20",
  // The server pings every 3 minutes, which `ws` answers; the probe proves the subscription too.
  heartbeat: PROBE,
  silenceMsMax: 75_000,
  needles: [],
  // A fifth of what is documented: 300 connections in 5 minutes, 10 messages a second, cut at 24 h.
  limits: {
    connectsPer5Min: 60,
    sendsPerSecond: 2,
    frameBytesMax: 1_048_576,
    connectionLifeMs: 86_400_000,
  },
  instruments: [
    { path: "/fapi/v1/exchangeInfo", parse: parseContractList },
    { path: "https://dapi.binance.com/dapi/v1/exchangeInfo", parse: parseContractList },
  ],
  request: requestStreams,
  start: () => null,
  decode: decodeForceOrders,
};
