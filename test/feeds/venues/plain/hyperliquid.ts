import { type Anything, entryOf, isName, isObject, type PlainEntry } from "./entry.ts";

const isAccount = (value: Anything) => typeof value === "string" && /^0x[0-9a-f]{40}$/i.test(value);
const orNull = (value: Anything) => value ?? null;

function positionOf(fill: Anything, isOwn: boolean | null, isDeleverage: boolean): string | null {
  const dir = typeof fill.dir === "string" ? fill.dir.slice(0, 200) : "";
  if (dir.startsWith("Liquidated ") && dir.endsWith(" Long")) return "long";
  if (dir.startsWith("Liquidated ") && dir.endsWith(" Short")) return "short";
  if (isOwn === null || (fill.side !== "A" && fill.side !== "B")) return null;
  // Whoever bought from the account closed a long; each of the two turns it round once.
  const isLong = [fill.side === "B", isOwn, isDeleverage].filter(Boolean).length % 2 === 1;
  return isLong ? "long" : "short";
}

function reading(owner: Anything, fill: Anything): PlainEntry | null {
  if (!isObject(fill)) return "refused";
  const forced = orNull(fill.liquidation);
  const isDeleverage = fill.dir === "Auto-Deleveraging";
  const isSaid = typeof fill.dir === "string" && fill.dir.startsWith("Liquidated");
  if (forced === null && !isDeleverage && !isSaid) return null;
  if (!isObject(forced) || !isAccount(forced.liquidatedUser)) return "refused";
  if (!isDeleverage && !["market", "backstop"].includes(forced.method)) return "refused";
  const isId = orNull(fill.tid) === null || Number.isSafeInteger(fill.tid) || isName(fill.tid);
  if (!isId) return "refused";
  const isOwn = isAccount(owner)
    ? forced.liquidatedUser.toLowerCase() === owner.toLowerCase()
    : null;
  return entryOf({
    symbol: fill.coin,
    positionSide: positionOf(fill, isOwn, isDeleverage),
    price: orNull(fill.px),
    size: orNull(fill.sz),
    time: fill.time,
  });
}

/** `[account, fill]` of a push, of a node's block, or alone. */
function pairsOf(root: Anything): readonly Anything[] {
  if (Array.isArray(root)) return isAccount(root[0]) ? [root] : [];
  if (!isObject(root)) return [];
  if (isObject(root.liquidation)) return [[null, root]];
  if (Array.isArray(root.events)) {
    return root.events.map((event: Anything) => (Array.isArray(event) ? event : [null, event]));
  }
  if (root.channel !== "userFills" || !isObject(root.data)) return [];
  if (!isAccount(root.data.user) || !Array.isArray(root.data.fills)) return [];
  return root.data.fills.map((fill: Anything) => [root.data.user, fill]);
}

export function hyperliquid(root: Anything): readonly PlainEntry[] {
  return pairsOf(root)
    .map(([owner, fill]) => reading(owner, fill))
    .filter((entry) => entry !== null);
}
