/**
 * Aster perpetuals, whose interface was built after Binance's: the same stream, frames and lists,
 * without a route in the address and without coin-margined contracts.
 * https://github.com/asterdex/api-docs
 */
import {
  decodeForceOrders,
  FORCE_ORDERS,
  PROBE,
  parseContractList,
  requestStreams,
} from "../force-order.ts";
import type { Venue } from "../venue.ts";

export const aster: Venue<null> = {
  id: "aster",
  title: "Aster",
  restUrl: "https://fapi.asterdex.com",
  channels: [
    {
      name: "market",
      url: "wss://fstream.asterdex.com/stream",
      headers: {},
      topics: () => [FORCE_ORDERS],
      topicsPerConnectionMax: 200,
    },
  ],
  sizeUnit: { linear: "base", inverse: "contracts" },
  completeness: "sampled",
  completenessNote:
    "Aster publishes only the latest liquidation per symbol and second, so its sums are a lower bound.",
  completenessShort: "max 1 per symbol per second",
  sideRule: {
    rule: "`S` is the side of the liquidation order: SELL = long liquidated, BUY = short liquidated",
    sentence:
      'The docs say only `"S":"SELL", // Side`; published readers take it as the side of the order, and a captured SELL has its limit below the fill',
    link: "https://github.com/asterdex/api-docs/blob/master/V3(Recommended)/EN/aster-finance-futures-api-v3.md",
  },
  sizeRule: "`z` coins x `ap`; `p` when `ap` is 0.",
  identity: "no id: symbol, side, time, size and price tell events apart",
  replay: "none is documented",
  confidence: "high",
  unconfirmed: "whether Aster follows Binance's changes of 2026",
  checkedOn: "2026-11-20",
  // The server pings every 5 minutes, which `ws` answers, and cuts after 15 without an answer.
  heartbeat: PROBE,
  silenceMsMax: 75_000,
  needles: [],
  // 10 messages a second and a cut at 24 h are documented, connections per address are not.
  limits: {
    connectsPer5Min: 60,
    sendsPerSecond: 2,
    frameBytesMax: 1_048_576,
    connectionLifeMs: 86_400_000,
  },
  instruments: [{ path: "/fapi/v3/exchangeInfo", parse: parseContractList }],
  request: requestStreams,
  start: () => null,
  decode: decodeForceOrders,
};
