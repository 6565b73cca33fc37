/**
 * Hyperliquid publishes no liquidations: trades carry no mark, and only the fills of an account that
 * is watched say whether somebody was liquidated against it. So this feed is a sample: the vaults of
 * the protocol's own liquidity provider (HLP), found by asking, and the accounts an operator adds.
 * https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
 */
import type { LiquidationKind, PositionSide } from "../../liquidation.ts";
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  IGNORED,
  idText,
  isAbsent,
  isFields,
  isPositiveDecimal,
  isSymbol,
  parseJson,
  refusedFrame,
  rejectOf,
  saidText,
  take,
  timeOfNumber,
} from "../fields.ts";
import { readListing, splitMultiplier } from "../listing.ts";
import type { Control, Decoded, Instrument, Reject, Row, TopicSource, Venue } from "../venue.ts";

/** The parent vault of HLP; it trades through its children, whose set changes. */
const HLP_PARENT = "0xdfc24b077bc1425ad1dea75bcb6f8158e10df303";

/** "10 unique users across user-specific subscriptions" of one address. */
const USERS_MAX = 10;

const ACCOUNT = /^0x[0-9a-fA-F]{40}$/;
const ACCOUNT_WITHIN = /0x[0-9a-fA-F]{40}/;

/** Sent as text before anything else. */
const GREETING = "Websocket connection established.";

const OTHER_CHANNEL =
  /^(?:trades|allMids|l2Book|bbo|candle|activeAssetCtx|allDexsAssetCtxs|notification|webData\d?|user)$/;

const LIQUIDATED_AS = /^Liquidated .*\b(Long|Short)$/;
const DELEVERAGING = "Auto-Deleveraging";
const ZERO_HASH = /^0x0*$/;

function decode(text: string): Decoded {
  if (text === GREETING) return IGNORED;
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  const told = toldByNode(root);
  if (told !== null) return decodeFills(told, false);
  if (isRest(root)) return IGNORED;
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  const { channel } = root;
  switch (channel) {
    case "userFills":
      return decodePush(root.data);
    case "subscriptionResponse":
      return decodeAck(root.data);
    case "pong":
      return controlFrame({ type: "heartbeat", reply: null });
    case "error":
      return controlFrame(errorOf(saidText(root.data)));
    default: {
      if (root.method === "ping") return controlFrame({ type: "heartbeat", reply: null });
      const isText = typeof channel === "string";
      if (isText && OTHER_CHANNEL.test(channel)) return IGNORED;
      return refusedFrame(isText ? "unknown-kind" : "shape", "channel", channel);
    }
  }
}

/** Answers of POST /info: `meta`, `metaAndAssetCtxs`, `fundingHistory`. */
function isRest(root: unknown): boolean {
  const [first] = Array.isArray(root) ? root : [root];
  return isFields(first) && (first.universe !== undefined || first.fundingRate !== undefined);
}

/** The answer lower-cases the address; a topic is such an address. */
function decodeAck(data: unknown): Decoded {
  const subscription = isFields(data) ? data.subscription : undefined;
  if (!isFields(subscription)) return refusedFrame("shape", "subscription", subscription);
  const { type, user } = subscription;
  const isUser = type === "userFills" && typeof user === "string";
  return controlFrame({ type: "ack", topics: isUser ? [user.toLowerCase()] : [], id: null });
}

/** Errors repeat the request that they are about, as text. */
function errorOf(reason: string): Control {
  const named = ACCOUNT_WITHIN.exec(reason)?.[0].toLowerCase();
  const topics = named === undefined ? null : [named];
  if (reason.startsWith("Already subscribed")) return { type: "ack", topics, id: null };
  return { type: "refused", topics, id: null, reason };
}

/** A fill and the account whose fill it is; null = not told. */
type OwnedFill = readonly [owner: unknown, fill: unknown];

/**
 * What an own node writes (`node_fills_by_block`), a complete source for who has one: `[account, fill]`
 * in blocks or alone; also a bare fill.
 */
function toldByNode(root: unknown): readonly OwnedFill[] | null {
  if (Array.isArray(root)) return isAccount(root[0]) ? [[root[0], root[1]]] : null;
  if (!isFields(root)) return null;
  if (isFields(root.liquidation)) return [[null, root]];
  if (!Array.isArray(root.events)) return null;
  return root.events.map((event) => (Array.isArray(event) ? [event[0], event[1]] : [null, event]));
}

function decodePush(data: unknown): Decoded {
  if (!isFields(data) || !isAccount(data.user)) return refusedFrame("shape", "data.user", data);
  if (!Array.isArray(data.fills)) return refusedFrame("shape", "data.fills", data.fills);
  const owned = data.fills.map((fill): OwnedFill => [data.user, fill]);
  // Up to 2000 old fills come first, marked as a snapshot; later pushes leave the mark out.
  return decodeFills(owned, data.isSnapshot === true);
}

function decodeFills(owned: readonly OwnedFill[], history: boolean): Decoded {
  const draft: Draft = { rows: [], rejects: [] };
  for (const [owner, fill] of owned) {
    if (!isFields(fill)) draft.rejects.push(rejectOf("shape", "fill", fill));
    else if (isForced(fill)) {
      take(draft, rowOf(fill, isAccount(owner) ? owner.toLowerCase() : null, history));
    }
  }
  return { rows: draft.rows, rejects: draft.rejects, control: null, pushedAtMs: null };
}

function isAccount(value: unknown): value is string {
  return typeof value === "string" && ACCOUNT.test(value);
}

/** A vault that later sells what it took over has fills without a mark: nobody is liquidated by them. */
function isForced({ liquidation, dir }: Fields): boolean {
  return !isAbsent(liquidation) || dir === DELEVERAGING || saidText(dir).startsWith("Liquidated");
}

function rowOf(fill: Fields, owner: string | null, history: boolean): Row | Reject {
  const { coin: symbol, liquidation } = fill;
  if (!isSymbol(symbol)) return rejectOf("shape", "coin", symbol);
  if (!isFields(liquidation) || !isAccount(liquidation.liquidatedUser)) {
    return rejectOf("shape", "liquidation.liquidatedUser", liquidation);
  }
  const kind = kindOf(fill.dir, liquidation.method);
  if (kind === null) return rejectOf("unknown-kind", "liquidation.method", liquidation.method);
  const liquidated = liquidation.liquidatedUser.toLowerCase();
  const positionSide = positionSideOf(fill, kind, owner === null ? null : owner === liquidated);
  if (positionSide === null) return rejectOf("unknown-side", "side", fill.side);
  const tid = isAbsent(fill.tid) ? null : idText(fill.tid);
  if (tid === null && !isAbsent(fill.tid)) return rejectOf("shape", "tid", fill.tid);
  const price = fill.px ?? null;
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "px", price);
  const size = fill.sz ?? null;
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", "sz", size);
  const occurredAtMs = timeOfNumber(fill.time);
  if (occurredAtMs === null) return rejectOf("time", "time", fill.time);
  const hash = saidText(fill.hash);
  const order = hash === "" || ZERO_HASH.test(hash) ? String(occurredAtMs) : hash;
  return {
    symbol,
    kind,
    positionSide,
    price,
    size,
    occurredAtMs,
    history,
    priceKind: "fill",
    quoteAmount: null,
    isInverse: false,
    // Both accounts of a trade report it, under one tid, which is unique with coin and time only.
    id: tid === null ? null : `${occurredAtMs}:${tid}`,
    // One forced order fills against many makers. The account is told apart and not spelled out.
    orderKey: `${order.slice(0, 66)}:${symbol}:${liquidated.slice(0, 10)}`,
  };
}

function kindOf(dir: unknown, method: unknown): LiquidationKind | null {
  if (dir === DELEVERAGING) return "deleverage";
  return method === "market" ? "liquidation" : method === "backstop" ? "backstop" : null;
}

/**
 * What `dir` names is the answer. Else a counterparty that bought, bought from a liquidated long; the
 * liquidated account's own fill says the reverse. In a deleveraging the account named is the one whose
 * loss is covered, and the position closed by force is the other one's.
 */
function positionSideOf(
  { dir, side: sent }: Fields,
  kind: LiquidationKind,
  isOwn: boolean | null,
): PositionSide | null {
  const named = LIQUIDATED_AS.exec(saidText(dir))?.[1];
  if (named !== undefined) return named === "Long" ? "long" : "short";
  if (isOwn === null || (sent !== "B" && sent !== "A")) return null;
  const hasBought = sent === "B";
  const isLong = kind === "deleverage" ? hasBought === isOwn : hasBought !== isOwn;
  return isLong ? "long" : "short";
}

function parseMeta(page: unknown) {
  const listed = isFields(page) ? page.universe : page;
  const isLive = (entry: unknown) => !isFields(entry) || entry.isDelisted !== true;
  return readListing(Array.isArray(listed) ? listed.filter(isLive) : listed, instrumentOf);
}

/** Contracts of other builders (`xyz:CRWV`) are not in this list: their collateral may differ. */
function instrumentOf({ name: symbol }: Fields): Instrument | null {
  if (!isSymbol(symbol)) return null;
  const money = { quote: "USDC", isInverse: false, contractSize: null };
  const market = `${symbol.toUpperCase()}/USDC:USDC`;
  return { symbol, market, ...splitMultiplier(symbol), ...money };
}

/** The vaults that HLP trades through, some of which take over positions. */
const vaults: TopicSource = {
  path: "/info",
  body: JSON.stringify({ type: "vaultDetails", vaultAddress: HLP_PARENT }),
  parse(page) {
    const relationship = isFields(page) ? page.relationship : undefined;
    const data = isFields(relationship) ? relationship.data : undefined;
    const children = isFields(data) ? data.childAddresses : undefined;
    const listed = Array.isArray(children) ? children : [];
    const rejects = listed
      .filter((child) => !isAccount(child))
      .map((child) => rejectOf("shape", "childAddresses[]", child));
    if (listed.length === 0) rejects.push(rejectOf("shape", "childAddresses", children));
    return { names: listed.filter(isAccount), next: null, rejects };
  },
};

export const hyperliquid: Venue<null> = {
  id: "hyperliquid",
  title: "Hyperliquid",
  restUrl: "https://api.hyperliquid.xyz",
  channels: [
    {
      name: "fills",
      url: "wss://api.hyperliquid.xyz/ws",
      headers: {},
      // What the operator asks for comes first; the vaults take the rest of the ten.
      topics: (_instruments, names = []) =>
        [...new Set(names.map((name) => name.toLowerCase()))].slice(0, USERS_MAX),
      topicsPerConnectionMax: USERS_MAX,
    },
  ],
  sizeUnit: { linear: "base", inverse: "base" },
  completeness: "sample",
  completenessNote:
    "Hyperliquid publishes no liquidations: only those that hit the watched vaults and accounts are seen, a few in a hundred.",
  completenessShort: "only a sample of watched accounts",
  sideRule: {
    rule: "`dir` names the liquidated side; else a counterparty's `side` B (it bought) = long liquidated, A = short",
    sentence: "the trader's cross positions and cross margin are all transferred to the liquidator",
    link: "https://hyperliquid.gitbook.io/hyperliquid-docs/trading/liquidations",
  },
  sizeRule: "`sz` coins x `px`.",
  identity: "`coin`, `time` and `tid`, which both accounts of a trade report; orders by `hash`",
  replay: "up to 2000 old fills come on subscribe, marked as a snapshot: history",
  confidence: "high",
  unconfirmed:
    "the exact limits, whether take-overs show in public trades, contracts of other builders",
  checkedOn: "2026-11-20",
  // Closed after 60 s without a message to the client; the official client pings every 50 s.
  heartbeat: { everyMs: 30_000, payload: '{"method":"ping"}' },
  silenceMsMax: 65_000,
  needles: ['"liquidation"', '"Liquidated', `"${DELEVERAGING}"`],
  // 100 connections and 2000 messages a minute per address, as third parties write.
  limits: {
    connectsPer5Min: 20,
    sendsPerSecond: 2,
    frameBytesMax: 8_388_608,
    connectionLifeMs: null,
  },
  instruments: [{ path: "/info", body: '{"type":"meta"}', parse: parseMeta }],
  discover: [vaults],
  watch: {
    pattern: ACCOUNT,
    max: USERS_MAX,
    expected: "an account: 0x and 40 hex digits",
    description:
      "Accounts whose fills are watched for liquidations, at most 10; the vaults of HLP take the rest of the 10",
  },
  // One account per frame; the answer names it.
  request: (method, topics, firstId) =>
    topics.map((user, index) => {
      const subscription = { type: "userFills", user };
      const text = JSON.stringify({ method, subscription });
      return { id: String(firstId + index), topics: [user], text };
    }),
  start: () => null,
  decode,
};
