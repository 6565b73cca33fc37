import { describe, expect, it } from "vitest";
import { bundledInstruments } from "../../../src/feeds/instruments.ts";
import { normalizeRows } from "../../../src/feeds/normalize.ts";
import { hyperliquid } from "../../../src/feeds/venues/hyperliquid.ts";

const VICTIM = "0x5ef843ccf26810073ee689a954f6d05f5b48fccb";
const VAULT = "0x31ca8395cf837de08b24da3f660e77761dfb974b";

const FILL = {
  coin: "SOL",
  px: "72.153",
  sz: "0.58",
  side: "A",
  time: 1782636233257,
  dir: "Open Short",
  hash: "0xdc25d330b40799afdd9f043ebc4c38000060eb164f0ab8817fee7e83730b739a",
  tid: 340554939716632,
  liquidation: { liquidatedUser: VICTIM, markPx: "72.149", method: "market" },
};

function decode(message: unknown) {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  return hyperliquid.decode(text, null, { receivedAtMs: null, subscribedAtMs: null });
}

function fillsOf(user: string, ...fills: unknown[]) {
  return decode({ channel: "userFills", data: { user, fills } });
}

describe("a liquidation in a fill on Hyperliquid", () => {
  it("is of a long when a counterparty bought, and of a short when it sold", () => {
    const { rows } = fillsOf(VAULT, FILL, { ...FILL, side: "B", dir: "Open Long" });
    expect(rows.map((row) => row.positionSide)).toEqual(["short", "long"]);
  });

  it("is named by dir where that says who was liquidated, whatever else it says", () => {
    const dirs = ["Liquidated Cross Long", "Liquidated Isolated Short"];
    const { rows } = fillsOf(VAULT, ...dirs.map((dir) => ({ ...FILL, dir, side: "A" })));
    expect(rows.map((row) => row.positionSide)).toEqual(["long", "short"]);
  });

  it("is the other way round in the account's own fill, in any spelling of its address", () => {
    const own = { ...FILL, dir: "Close Long" };
    expect(fillsOf(VICTIM, own).rows[0]?.positionSide).toBe("long");
    const capitals = VICTIM.toUpperCase().replace("0X", "0x");
    expect(fillsOf(capitals, own).rows[0]?.positionSide).toBe("long");
  });

  it("is one event in the fills of both accounts", () => {
    const keyOf = (user: string, fill: object) => {
      const { liquidations } = normalizeRows(fillsOf(user, fill).rows, {
        venue: hyperliquid,
        instruments: bundledInstruments(),
        receivedAtMs: null,
        usdCoins: ["USDC"],
      });
      const [row] = liquidations;
      return [row?.dedupeKey, row?.positionSide, row?.orderKey, row?.notionalCents];
    };
    const own = { ...FILL, side: "B", dir: "Liquidated Cross Short" };
    expect(keyOf(VICTIM, own)).toEqual(keyOf(VAULT, FILL));
    expect(keyOf(VAULT, FILL)).toEqual([
      "hyperliquid|SOL|1782636233257:340554939716632",
      "short",
      `${FILL.hash}:SOL:0x5ef843cc`,
      4_185,
    ]);
  });

  it("is of an order by its hash, and by its time where the hash is zero", () => {
    const { rows } = fillsOf(VAULT, { ...FILL, hash: `0x${"0".repeat(64)}` });
    expect(rows[0]?.orderKey).toBe("1782636233257:SOL:0x5ef843cc");
  });

  it("is a take-over when the vault steps in, and a deleverage when others pay", () => {
    const backstop = { ...FILL, liquidation: { ...FILL.liquidation, method: "backstop" } };
    const vaultLoses = { liquidatedUser: VAULT, markPx: "22.025", method: "backstop" };
    const paid = { ...FILL, dir: "Auto-Deleveraging", side: "B", liquidation: vaultLoses };
    const { rows } = fillsOf(VICTIM, backstop, paid);
    expect(rows.map((row) => [row.kind, row.positionSide])).toEqual([
      ["backstop", "long"],
      // It bought its short back: the position closed by force is its own.
      ["deleverage", "short"],
    ]);
    const asVault = fillsOf(VAULT, { ...paid, side: "A" });
    expect(asVault.rows[0]?.positionSide).toBe("short");
  });

  it("is none without the mark, and an alarm where only the words are left", () => {
    const { liquidation: _, ...unmarked } = FILL;
    expect(fillsOf(VAULT, unmarked)).toMatchObject({ rows: [], rejects: [] });
    const said = fillsOf(VAULT, { ...unmarked, dir: "Liquidated Cross Long" });
    expect(said.rejects[0]?.detail).toBe("liquidation.liquidatedUser is missing");
    const strange = { ...FILL.liquidation, method: "party" };
    expect(fillsOf(VAULT, { ...FILL, liquidation: strange }).rejects[0]?.reason).toBe(
      "unknown-kind",
    );
  });

  it("is read from what an own node writes, in blocks or alone", () => {
    const block = decode({ block_number: 1, events: [[VAULT, FILL], [VICTIM, FILL], [VAULT]] });
    expect(block.rows.map((row) => row.positionSide)).toEqual(["short", "long"]);
    expect(block.rejects.map(({ reason }) => reason)).toEqual(["shape"]);
    expect(decode([VAULT, FILL]).rows[0]?.positionSide).toBe("short");
    // Without the account only the words of dir can say whose position it was.
    expect(decode(FILL).rejects[0]?.reason).toBe("unknown-side");
    expect(decode({ ...FILL, dir: "Liquidated Cross Long" }).rows[0]?.positionSide).toBe("long");
  });

  it("in the snapshot is history", () => {
    const data = { isSnapshot: true, user: VAULT, fills: [FILL] };
    expect(decode({ channel: "userFills", data }).rows[0]?.history).toBe(true);
    expect(fillsOf(VAULT, FILL).rows[0]?.history).toBe(false);
  });

  it("is counted in coins, a thousand of them where the name begins with k", () => {
    const rows = fillsOf(VAULT, { ...FILL, coin: "kPEPE", px: "0.0123", sz: "5000" }).rows;
    const { liquidations } = normalizeRows(rows, {
      venue: hyperliquid,
      instruments: bundledInstruments(),
      receivedAtMs: null,
      usdCoins: ["USDC"],
    });
    expect(liquidations[0]).toMatchObject({
      asset: "PEPE",
      market: "KPEPE/USDC:USDC",
      price: 0.0000123,
      size: 5_000_000,
      notionalCents: 6_150,
    });
  });
});

describe("Hyperliquid's other messages", () => {
  it("the greeting is text, and public trades carry no mark", () => {
    expect(decode("Websocket connection established.").control).toEqual({ type: "other" });
    expect(decode({ channel: "trades", data: [FILL] }).rows).toEqual([]);
  });

  it("an acknowledgement names the account in small letters", () => {
    const subscription = { type: "userFills", user: VAULT.toUpperCase().replace("0X", "0x") };
    const answer = { channel: "subscriptionResponse", data: { method: "subscribe", subscription } };
    expect(decode(answer).control).toEqual({ type: "ack", topics: [VAULT], id: null });
    const trades = { method: "subscribe", subscription: { type: "trades", coin: "SOL" } };
    const other = decode({ channel: "subscriptionResponse", data: trades });
    expect(other.control).toEqual({ type: "ack", topics: [], id: null });
  });

  it("a refusal repeats the request with its account", () => {
    const data = `Cannot track more than 10 total users.: {"user":"${VAULT}"}`;
    const refused = { type: "refused", topics: [VAULT], id: null, reason: data };
    expect(decode({ channel: "error", data }).control).toEqual(refused);
    const twice = `Already subscribed: {"user":"${VAULT}"}`;
    expect(decode({ channel: "error", data: twice }).control).toMatchObject({ type: "ack" });
  });
});

it("accounts are asked for once, the operator's first, ten at most", () => {
  const vaults = Array.from({ length: 9 }, (_, index) => `0x${String(index).repeat(40)}`);
  const watched = ["0xABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD", VAULT];
  const topics = hyperliquid.channels[0]?.topics([], [...watched, ...vaults, VAULT]) ?? [];
  expect(topics).toHaveLength(10);
  expect(topics.slice(0, 3)).toEqual([watched[0]?.toLowerCase(), VAULT, vaults[0]]);
});

it("the vaults are the children of HLP's parent", () => {
  const [vaults] = hyperliquid.discover ?? [];
  const data = { childAddresses: [VAULT, "0x1", VICTIM] };
  const page = vaults?.parse({ relationship: { type: "parent", data } });
  expect(page?.names).toEqual([VAULT, VICTIM]);
  expect(page?.rejects).toHaveLength(1);
  expect(vaults?.parse(null)).toMatchObject({ names: [], rejects: [{ reason: "shape" }] });
});
