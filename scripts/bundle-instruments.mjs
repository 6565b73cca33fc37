/**
 * Writes config/instruments.json, the contracts known without any network. Run it by hand after a
 * change here: `node scripts/bundle-instruments.mjs`. A contract is listed only when its size is
 * confirmed; a missing one is priced as soon as the venue's REST answers, a wrong one never is.
 */
import { writeFileSync } from "node:fs";

const SOURCES = {
  symbols:
    "names as the venues' REST listings write them; base units, so no contract size is needed",
  "binance-coin-m":
    "GET /dapi/v1/exchangeInfo contractSize: 100 USD for BTC (docs example), 10 USD for all others",
  "bybit-inverse": "Bybit docs: the quantity of inverse contracts is in USD",
  "okx-swap":
    "GET /api/v5/public/instruments ctVal, as two or more public tables of 2024-2026 agree (BTC, ETH: docs)",
  "okx-inverse": "OKX contract specification: 100 USD for BTC, 10 USD for all others",
  gate: "GET /api/v4/futures/usdt/contracts quanto_multiplier: docs example for BTC, public code and captures agree on ETH; BTC_USD: 1 USD per contract, as ccxt and aggr-server read it",
  "bitget-coin-futures":
    "names only: the unit of their amounts is not documented, so they have no money",
  lighter: "market ids of captured frames and of GET /api/v1/orderBooks; sizes are in coins",
  "kraken-futures":
    "GET /derivatives/api/v3/instruments and the documentation: contractSize 1, of the coin for PF, of USD for PI",
  htx: "documentation example of a coin-margined liquidation: 173 contracts are 17,300 USD",
  dydx: "tickers of GET /v4/perpetualMarkets; sizes are in coins",
  bitmex:
    "GET /api/v1/instrument/active: XBTUSD 1 USD per contract, XBTUSDT underlyingToPositionMultiplier 1000000",
  deribit: "docs: amount is in USD for inverse and in coins for linear contracts",
  bitfinex: "docs ws-public-status: amounts are in coins",
  backpack: "docs: q is in the base asset",
  hyperliquid:
    "names of POST /info {type: meta}; sizes are in coins, of a thousand with a k before the name",
  orderly: "names as its documentation writes them; sizes are in coins",
  paradex: "names as its documentation writes them; sizes are in coins",
  coinex: "names of GET /v2/futures/market; sizes of linear contracts are taken for coins",
  fixture: "a contract of a venue's documentation example",
};

const LINEAR_BOTH = `BTC ETH SOL XRP DOGE HYPE BNB SUI ADA LINK ZEC LTC AVAX BCH XPL ENA ASTER FARTCOIN IP
TAO EIGEN UNI PENGU WLD ZRO CRV BERA SNX TRUMP AAVE WLFI NEAR TON CAKE LINEA WIF JUP LDO SPX STBL APT ARB
ONDO STRK TRX S ENS HBAR SEI PAXG ZORA ATOM DOT ETC FIL XLM ICP ALGO INJ OP TIA POL RENDER FET STX IMX GRT
SAND MANA AXS GALA APE CHZ FLOW DYDX ORDI PYTH JTO W NOT PEOPLE MEME TURBO PNUT MOODENG VIRTUAL KAITO PENDLE
ETHFI EGLD THETA XTZ NEO IOTA COMP KSM ZIL ZK ZETA CFX AR MASK MINA ROSE IOST MUBARAK AIN RUNE VET KAVA XMR
DASH 1INCH SUSHI YFI LPT TRB API3 GMX BLUR ID MAGIC BIGTIME ARKM GAS POPCAT GOAT ACT NEIRO MOVE LAYER INIT`;

const LINEAR = {
  binance: `${LINEAR_BOTH} PUMP BLZ CNPY 牛来 1000PEPE 1000SHIB 1000BONK 1000FLOKI 1000LUNC 1000XEC 1000SATS
1000RATS 1000CAT 1000CHEEMS 1MBABYDOGE 1000000MOG 1000000BOB`,
  bybit: `${LINEAR_BOTH} MNT APEX LAUNCHCOIN 1000PEPE SHIB1000 1000BONK 1000FLOKI 1000LUNC 1000XEC 10000SATS
1000RATS 1000CAT 1000000MOG 1000000BABYDOGE 1000000BOB`,
};

const USDC = {
  binance: "BTC ETH SOL XRP DOGE BNB SUI ADA LINK LTC AVAX BCH WIF 1000PEPE 1000SHIB 1000BONK",
  bybit: "BTC ETH SOL XRP DOGE",
};

/** Symbols whose money the venue sends itself, so that no contract size is needed. */
const LINEAR_QUOTE = {
  bitget: `${LINEAR_BOTH} PEPE SHIB 1000BONK FLOKI PUMP`,
  "bitget-usdc": "BTC ETH SOL XRP DOGE",
};

const BINANCE_COIN_M = "BTC ETH SOL XRP DOGE BNB SUI ADA LINK LTC AVAX BCH DOT ETC FIL TRX XLM";
const BYBIT_INVERSE = "BTC ETH SOL XRP ADA DOT LTC DOGE EOS";
const OKX_INVERSE = "BTC ETH SOL XRP DOGE ADA LINK LTC AVAX BCH DOT ETC FIL";

/** Coins per contract of the USDT swaps. */
const OKX_COINS_PER_CONTRACT = {
  0.01: "BTC BNB ZEC TAO ICP",
  0.1: "ETH AAVE AR AXS APE BCH BERA COMP EGLD ENS FIL GMX HYPE INJ KSM LPT METIS ORDI TRB TRUMP AUCTION",
  1: `SOL SUI LINK LTC AVAX UNI WLD CRV SNX WIF LDO APT STRK ATOM DOT OP TIA RENDER IMX DYDX JTO W MASK
MINA NEO XTZ SUSHI IP ZRO FARTCOIN TON VIRTUAL GAS GMT MAGIC API3 AEVO 1INCH ETHFI CELO ARKM ASTER GRASS PI`,
  10: `NEAR ARB ALGO ETC ONDO JUP GRT SAND MANA GALA CHZ FLOW CFX PYTH STX IOTA ZETA ID BIGTIME BLUR OM ONT
THETA PNUT MOODENG POL ENJ LRC JOE WOO BAT ZRX`,
  100: "XRP ADA HBAR XLM PEOPLE MEME NOT ZIL PENGU ONE RSR CVC ACH H SIGN",
  1000: "DOGE TRX IOST PUMP MEW DOOD",
  10000: "TURBO LUNC",
  100000: "BONK FLOKI",
  1000000: "SHIB",
  10000000: "PEPE SATS",
};

/** Only markets whose number was seen beside their name. */
const LIGHTER_MARKETS = { 0: "ETH", 1: "BTC", 36: "CRV" };

const KRAKEN_LINEAR = "BTC ETH SOL XRP LTC ADA LINK AVAX BCH PEPE";
const KRAKEN_INVERSE = "BTC ETH XRP LTC BCH";

/** Frames carry their coins and their money. */
const HTX_LINEAR = `BTC ETH O3 SOL XRP DOGE BNB SUI ADA LINK LTC AVAX BCH TRX DOT ETC FIL XLM UNI AAVE NEAR TON APT ARB
OP PEPE SHIB HYPE ENA WLD CRV LDO ATOM`;
const DYDX = "BTC ETH SOL XRP DOGE LINK AVAX LTC ADA SUI BNB";

const HYPERLIQUID = "BTC ETH SOL XRP DOGE HYPE BNB SUI LINK LTC AVAX ATOM kPEPE kBONK";

const MULTIPLIER = /^(10{3,8}|1M)(?=\p{L}{2,})(.+)$/u;

function asset(base) {
  if (base === "SHIB1000") return { asset: "SHIB", multiplier: 1000 };
  const parts = MULTIPLIER.exec(base);
  if (parts === null) return { asset: base, multiplier: 1 };
  const [, digits, coin] = parts;
  return { asset: coin, multiplier: digits === "1M" ? 1e6 : Number(digits) };
}

const words = (text) => text.split(/\s+/).filter((word) => word !== "");

function instrument(venue, symbol, { base, quote, settle, contractSize, source, dated }) {
  const market = `${base}/${quote}:${settle}${dated ?? ""}`;
  const isInverse = settle === base;
  return { venue, symbol, market, ...asset(base), quote, isInverse, contractSize, source };
}

function linear(venue, symbol, base, quote) {
  const source = "symbols";
  return instrument(venue, symbol, { base, quote, settle: quote, contractSize: null, source });
}

function inverse(venue, symbol, base, { contractSize, source, dated }) {
  return instrument(venue, symbol, {
    base,
    quote: "USD",
    settle: base,
    contractSize,
    source,
    dated,
  });
}

const usdPerContract = (base) => (base === "BTC" ? "100" : "10");

function binance() {
  const source = "binance-coin-m";
  return [
    ...words(LINEAR.binance).map((base) => linear("binance", `${base}USDT`, base, "USDT")),
    ...words(USDC.binance).map((base) => linear("binance", `${base}USDC`, base, "USDC")),
    ...words(BINANCE_COIN_M).map((base) =>
      inverse("binance", `${base}USD_PERP`, base, { contractSize: usdPerContract(base), source }),
    ),
    inverse("binance", "BTCUSD_200925", "BTC", {
      contractSize: "100",
      source: "fixture",
      dated: "-200925",
    }),
  ];
}

function bybit() {
  const source = "bybit-inverse";
  return [
    ...words(LINEAR.bybit).map((base) => linear("bybit", `${base}USDT`, base, "USDT")),
    ...words(USDC.bybit).map((base) => linear("bybit", `${base}PERP`, base, "USDC")),
    ...words(BYBIT_INVERSE).map((base) =>
      inverse("bybit", `${base}USD`, base, { contractSize: null, source }),
    ),
  ];
}

function okx() {
  const swaps = Object.entries(OKX_COINS_PER_CONTRACT).flatMap(([contractSize, bases]) =>
    words(bases).map((base) => {
      const source = "okx-swap";
      const facts = { base, quote: "USDT", settle: "USDT", contractSize, source };
      return instrument("okx", `${base}-USDT-SWAP`, facts);
    }),
  );
  const source = "okx-inverse";
  return [
    ...swaps,
    ...words(OKX_INVERSE).map((base) =>
      inverse("okx", `${base}-USD-SWAP`, base, { contractSize: usdPerContract(base), source }),
    ),
  ];
}

function gate() {
  const source = "gate";
  const perpetual = (base, contractSize) =>
    instrument("gate", `${base}_USDT`, {
      base,
      quote: "USDT",
      settle: "USDT",
      contractSize,
      source,
    });
  return [
    perpetual("BTC", "0.0001"),
    perpetual("ETH", "0.01"),
    inverse("gate", "BTC_USD", "BTC", { contractSize: "1", source }),
  ];
}

function bitget() {
  const source = "bitget-coin-futures";
  return [
    ...words(LINEAR_QUOTE.bitget).map((base) => linear("bitget", `${base}USDT`, base, "USDT")),
    ...words(LINEAR_QUOTE["bitget-usdc"]).map((base) =>
      linear("bitget", `${base}PERP`, base, "USDC"),
    ),
    ...words("BTC ETH XRP").map((base) =>
      inverse("bitget", `${base}USD`, base, { contractSize: null, source }),
    ),
  ];
}

function htx() {
  const source = "htx";
  return [
    ...words(HTX_LINEAR).map((base) => linear("htx", `${base}-USDT`, base, "USDT")),
    inverse("htx", "BTC-USD", "BTC", { contractSize: "100", source }),
    inverse("htx", "BTC261225", "BTC", { contractSize: "100", source, dated: "-261225" }),
  ];
}

function aster() {
  const bases = `${LINEAR_BOTH} PAIR 1000PEPE 1000SHIB 1000BONK 1000FLOKI`;
  return words(bases).map((base) => linear("aster", `${base}USDT`, base, "USDT"));
}

function lighter() {
  return Object.entries(LIGHTER_MARKETS).map(([wireName, base]) => {
    const facts = { base, quote: "USDC", settle: "USDC", contractSize: null, source: "lighter" };
    return { ...instrument("lighter", base, facts), wireName };
  });
}

function krakenFutures() {
  const source = "kraken-futures";
  const code = (base) => (base === "BTC" ? "XBT" : base);
  const facts = { contractSize: "1", source };
  return [
    ...words(KRAKEN_LINEAR).map((base) =>
      instrument("kraken-futures", `PF_${code(base)}USD`, {
        ...{ base, quote: "USD", settle: "USD" },
        ...facts,
      }),
    ),
    ...words(KRAKEN_INVERSE).map((base) =>
      inverse("kraken-futures", `PI_${code(base)}USD`, base, facts),
    ),
  ];
}

function dydx() {
  return words(DYDX).map((base) => {
    const facts = { base, quote: "USDC", settle: "USDC", contractSize: null, source: "dydx" };
    return instrument("dydx", `${base}-USD`, facts);
  });
}

function bitmex() {
  const size = (contractSize) => ({ contractSize, source: "bitmex" });
  const usdt = { base: "BTC", quote: "USDT", settle: "USDT" };
  return [
    inverse("bitmex", "XBTUSD", "BTC", size("1")),
    instrument("bitmex", "XBTUSDT", { ...usdt, ...size("0.000001") }),
  ];
}

function deribit() {
  const facts = { contractSize: null, source: "deribit" };
  const usdc = { quote: "USDC", settle: "USDC" };
  return [
    ...["BTC", "ETH"].map((base) => inverse("deribit", `${base}-PERPETUAL`, base, facts)),
    ...["BTC", "ETH", "SOL", "XRP"].map((base) =>
      instrument("deribit", `${base}_USDC-PERPETUAL`, { base, ...usdc, ...facts }),
    ),
  ];
}

function bitfinex() {
  const facts = { contractSize: null, source: "bitfinex" };
  const usdt = { quote: "USDT", settle: "USDT" };
  const derivatives = ["BTC", "ETH"].map((base) =>
    instrument("bitfinex", `t${base}F0:USTF0`, { base, ...usdt, ...facts }),
  );
  const pairs = ["BTC", "ETH", "BSV"].map((base) => {
    const pair = instrument("bitfinex", `t${base}USD`, {
      base,
      quote: "USD",
      settle: "USD",
      ...facts,
    });
    return { ...pair, market: `${base}/USD` };
  });
  return [...derivatives, ...pairs];
}

function backpack() {
  const facts = { quote: "USDC", settle: "USDC", contractSize: null, source: "backpack" };
  return ["BTC", "ETH", "SOL"].map((base) =>
    instrument("backpack", `${base}_USDC_PERP`, { base, ...facts }),
  );
}

function hyperliquid() {
  return words(HYPERLIQUID).map((symbol) => {
    const isThousand = /^k[A-Z]{3}/.test(symbol);
    const facts = { quote: "USDC", settle: "USDC", contractSize: null, source: "hyperliquid" };
    const entry = instrument("hyperliquid", symbol, { base: symbol.toUpperCase(), ...facts });
    return isThousand ? { ...entry, asset: symbol.slice(1), multiplier: 1000 } : entry;
  });
}

function polled(venue, bases, { name, quote, settle }) {
  const facts = { quote, settle, contractSize: null, source: venue };
  return words(bases).map((base) => instrument(venue, name(base), { base, ...facts }));
}

const listed = [
  ...binance(),
  ...bybit(),
  ...okx(),
  ...gate(),
  ...bitget(),
  ...htx(),
  ...aster(),
  ...lighter(),
  ...krakenFutures(),
  ...dydx(),
  ...backpack(),
  ...bitmex(),
  ...deribit(),
  ...bitfinex(),
  ...hyperliquid(),
  ...polled("orderly", "BTC ETH SOL NEAR", {
    ...{ name: (base) => `PERP_${base}_USDC`, quote: "USDC", settle: "USDC" },
  }),
  ...polled("paradex", "BTC ETH", {
    ...{ name: (base) => `${base}-USD-PERP`, quote: "USD", settle: "USDC" },
  }),
  ...polled("coinex", "BTC ETH LAT", {
    ...{ name: (base) => `${base}USDT`, quote: "USDT", settle: "USDT" },
  }),
];
const lines = listed.map((entry) => `    ${JSON.stringify(entry)}`);
const text = `{
  "sources": ${JSON.stringify(SOURCES, null, 2).replaceAll("\n", "\n  ")},
  "instruments": [
${lines.join(",\n")}
  ]
}
`;
writeFileSync(new URL("../config/instruments.json", import.meta.url), text);
