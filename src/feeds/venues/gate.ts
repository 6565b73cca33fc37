/**
 * Gate perpetual contracts, one socket per settlement coin and one subscription for all of its
 * contracts. The sign of a size is the opposite of the REST list's, which is why REST is not read.
 * https://www.gate.com/docs/developers/futures/ws/en/
 */
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  decimalText,
  echoedId,
  IGNORED,
  isAbsent,
  isFields,
  isPositiveDecimal,
  isSymbol,
  isZeroDecimal,
  parseJson,
  refusedFrame,
  rejectOf,
  rowOf,
  saidText,
  take,
  timeOfEither,
  timeOfNumber,
} from "../fields.ts";
import { readListing, splitMultiplier } from "../listing.ts";
import type {
  Channel,
  Decoded,
  Instrument,
  InstrumentSource,
  Reject,
  Row,
  Venue,
} from "../venue.ts";

const CHANNEL = "futures.public_liquidates";
const ALL_CONTRACTS = "!all";

/** `time` counts for signed requests only; the docs' own examples send this number. */
const REQUEST_TIME = 123_456;

/** Public channels that carry no liquidations of ours. */
const OTHER_CHANNEL =
  /^futures\.(?:tickers|trades|order_book\w*|obu|book_ticker|candlesticks|contract_\w+|auto_orders)$/;

/** REST samples that may stand in a file of frames; `liq_orders` has the opposite sign. */
const REST_KEYS = ["contract", "open_interest", "quanto_multiplier"];

function decode(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (Array.isArray(root) && root.length > 0 && root.every(isRest)) return IGNORED;
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  const { channel, event } = root;
  if (typeof channel !== "string") {
    return isRest(root) ? IGNORED : refusedFrame("shape", "channel", channel);
  }
  if (channel === "futures.pong" || channel === "futures.ping") {
    return controlFrame({ type: "heartbeat", reply: null });
  }
  if (event === "subscribe" || event === "unsubscribe" || !isAbsent(root.error)) {
    return decodeAnswer(root);
  }
  if (channel !== CHANNEL) {
    const isKnown = OTHER_CHANNEL.test(channel);
    return isKnown ? IGNORED : refusedFrame("unknown-kind", "channel", channel);
  }
  // `all` is a snapshot: Gate sends one on subscribing to some channels, none was seen on this one.
  const isUpdate = event === "update" || event === "all";
  return isUpdate ? decodePush(root) : refusedFrame("unknown-kind", "event", event);
}

function decodePush(root: Fields): Decoded {
  const entries = Array.isArray(root.result) ? root.result : [root.result];
  const draft: Draft = { rows: [], rejects: [] };
  for (const entry of entries) {
    const isRow = isFields(entry);
    take(
      draft,
      isRow ? readEntry(entry, root.event === "all") : rejectOf("shape", "result[]", entry),
    );
  }
  const pushedAtMs = timeOfNumber(root.time_ms) ?? timeOfEither(root.time);
  return { rows: draft.rows, control: null, rejects: draft.rejects, pushedAtMs };
}

function readEntry(entry: Fields, history: boolean): Row | Reject {
  const symbol = entry.contract;
  if (!isSymbol(symbol)) return rejectOf("shape", "contract", symbol);
  const signed = decimalText(entry.size);
  const isSold = typeof signed === "string" && signed.startsWith("-");
  const size = isSold ? signed.slice(1) : signed;
  // Without a size there is no sign, and without a sign no side.
  if (!isPositiveDecimal(size)) return rejectOf("size", "size", entry.size);
  const price = isAbsent(entry.price) ? null : decimalText(entry.price);
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "price", entry.price);
  // Named `time_ms` until August 2026 and `time` since; both were seen with ms, REST sends seconds.
  const time = entry.time_ms ?? entry.time;
  const occurredAtMs = timeOfEither(time);
  if (occurredAtMs === null) return rejectOf("time", "time", time);
  return rowOf({
    symbol,
    positionSide: isSold ? "long" : "short",
    price,
    priceKind: "order",
    size,
    isInverse: null,
    occurredAtMs,
    history,
  });
}

/** Answers name no contract, only the id of the request, which older examples leave out. */
function decodeAnswer(root: Fields): Decoded {
  const id = echoedId(root.id);
  if (isAbsent(root.error)) return controlFrame({ type: "ack", topics: null, id });
  const error = isFields(root.error) ? root.error : {};
  const reason = `${saidText(error.message)} (${saidText(error.code)})`;
  return controlFrame({ type: "refused", topics: null, id, reason });
}

function isRest(value: unknown): boolean {
  return isFields(value) && REST_KEYS.some((key) => Object.hasOwn(value, key));
}

type Settle = "usdt" | "btc" | "usd1";

/** Topics carry the settlement coin, so that a refusal on one socket is not taken for the other's. */
function channel(settle: Settle): Channel {
  const suffix = `:${settle.toUpperCase()}`;
  return {
    name: settle,
    url: `wss://fx-ws.gateio.ws/v4/ws/${settle}`,
    // Without it sizes are cut to whole contracts, and contracts with `enable_decimal` have parts.
    headers: { "X-Gate-Size-Decimal": "1" },
    // A socket that lists nothing would be dialled for ever if Gate took it away.
    topics: (instruments) =>
      instruments.some(({ market }) => market.endsWith(suffix))
        ? [`${settle}/${ALL_CONTRACTS}`]
        : [],
    topicsPerConnectionMax: 1,
  };
}

function instrumentSource(settle: Settle): InstrumentSource {
  return {
    path: `/api/v4/futures/${settle}/contracts`,
    parse: (page) => readListing(page, (entry) => instrumentOf(entry, settle.toUpperCase())),
  };
}

function instrumentOf(entry: Fields, settle: string): Instrument | null {
  const symbol = entry.name;
  if (!isSymbol(symbol)) return null;
  const [base = "", quote = "", ...more] = symbol.split("_");
  if (base === "" || quote === "" || more.length > 0) return null;
  const isInverse = base === settle;
  const market = `${base}/${quote}:${settle}`;
  const contractSize = contractSizeOf(entry.quanto_multiplier, isInverse, quote === settle);
  return { symbol, market, ...splitMultiplier(base), quote, isInverse, contractSize };
}

/** Linear: coins per contract. Inverse lists 0, and a contract is 1 USD. Quanto has no plain product. */
function contractSizeOf(multiplier: unknown, isInverse: boolean, isLinear: boolean): string | null {
  if (isInverse) return isZeroDecimal(multiplier) ? "1" : null;
  return isLinear && isPositiveDecimal(multiplier) ? multiplier : null;
}

export const gate: Venue<null> = {
  id: "gate",
  title: "Gate",
  restUrl: "https://api.gateio.ws",
  channels: [channel("usdt"), channel("btc"), channel("usd1")],
  sizeUnit: { linear: "contracts", inverse: "contracts" },
  // The docs said "up to one liquidate order data every 1 second" per contract until 2026-08-20.
  completeness: "complete",
  completenessNote:
    "Gate says that it publishes every liquidation since August 2026, in batches of up to 1 s, at the price of the order and not at the fill; this was not measured.",
  completenessShort: "every liquidation, order prices",
  sideRule: {
    rule: "`size` has the sign of the liquidation order: below 0 = long liquidated, above 0 = short liquidated (REST: the other way round)",
    sentence:
      "The docs say only `size: liquidate order quantity`; six of six rows matched with the REST list in August 2026 had the opposite sign, and its sign followed the price in 104 of 113",
    link: "https://www.gate.com/docs/developers/futures/ws/en/",
  },
  sizeRule:
    "Linear: `size` x quanto_multiplier coins x `price`. Inverse: `size` x 1 USD; coins = USD / `price`.",
  identity: "no id: contract, sign, time, size and price tell events apart",
  replay: "none was seen; a message `all` would be history",
  confidence: "medium",
  unconfirmed:
    "a live frame, the meaning of the sign in the documentation, whether all liquidations come since August 2026, the multiplier of inverse contracts",
  checkedOn: "2026-11-20",
  heartbeat: {
    everyMs: 15_000,
    payload: `{"time":${REQUEST_TIME},"channel":"futures.ping"}`,
  },
  silenceMsMax: 40_000,
  needles: [],
  // At most 300 connections per address are documented; a fifth. No limit of messages or of life.
  limits: {
    connectsPer5Min: 60,
    sendsPerSecond: 2,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [instrumentSource("usdt"), instrumentSource("btc"), instrumentSource("usd1")],
  request: (op, topics, firstId) =>
    topics.map((topic, index) => {
      const id = firstId + index;
      const payload = [topic.slice(topic.indexOf("/") + 1)];
      const request = { time: REQUEST_TIME, id, channel: CHANNEL, event: op, payload };
      return { id: String(id), topics: [topic], text: JSON.stringify(request) };
    }),
  start: () => null,
  decode,
};
