/** Which asset somebody means: `$btc`, `BTCUSDT`, `btc-perp`, `xbt`, `1000pepe`, `bitcoin`. Pure. */
import { nearest } from "../nearest.ts";

/** Names that people say instead of tickers; lower case, letters and digits only. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ bitcoin: "BTC", xbt: "BTC", ethereum: "ETH", ether: "ETH", solana: "SOL", ripple: "XRP" },
  ...{ dogecoin: "DOGE", cardano: "ADA", chainlink: "LINK", litecoin: "LTC", avalanche: "AVAX" },
  ...{ bitcoincash: "BCH", binancecoin: "BNB", hyperliquid: "HYPE", zcash: "ZEC", tron: "TRX" },
  ...{ polkadot: "DOT", toncoin: "TON", stellar: "XLM", monero: "XMR", shiba: "SHIB" },
  ...{ shibainu: "SHIB", polygon: "POL", matic: "POL", uniswap: "UNI", aptos: "APT" },
  ...{ arbitrum: "ARB", optimism: "OP", cosmos: "ATOM", filecoin: "FIL", nearprotocol: "NEAR" },
  ...{ injective: "INJ", celestia: "TIA", ethereumclassic: "ETC", hedera: "HBAR", kaspa: "KAS" },
  ...{ algorand: "ALGO", vechain: "VET", worldcoin: "WLD", ethena: "ENA", ondofinance: "ONDO" },
  ...{ dogwifhat: "WIF", lido: "LDO", maker: "MKR", quant: "QNT", internetcomputer: "ICP" },
};

/** What follows the base coin in symbols of perpetual contracts, longest first. */
const SUFFIXES = [
  ...["PERPETUAL", "PERP", "SWAP", "FUTURES"],
  ...["FDUSD", "USDT", "USDC", "BUSD", "USDE", "USD", "UMCBL", "DMCBL"],
];
/** `USDTM` of KuCoin's symbols. */
const SUFFIX_LETTER = /^(.+USD[TC]?)M$/;
/** `PF_XBTUSD`, `PI_XBTUSD` of Kraken Futures; `tBTCF0:USTF0` is asked for as BTC by everybody. */
const PREFIX = /^P[FI](?=.{5,}$)/;
/** `1000PEPE`, `10000SATS`, `1MBABYDOGE`, `kPEPE`: contracts of many coins. */
const MULTIPLIER = /^(?:10{3,7}|1M|K)(?=[A-Z]{2,})/;

/** Longest text that is looked at; symbols are shorter. */
const TEXT_CHARS_MAX = 40;
const PASSES_MAX = 4;

export type Resolved = { readonly asset: string } | { readonly nearest: string | null };

/** The asset among `assets` that `text` means, or the nearest one to ask back with. */
export function resolveAsset(text: string, assets: readonly string[]): Resolved {
  const known = new Map(assets.map((asset) => [asset.toUpperCase(), asset]));
  const typed = text.slice(0, TEXT_CHARS_MAX);
  for (const candidate of candidatesOf(typed)) {
    const asset = known.get(candidate);
    if (asset !== undefined) return { asset };
  }
  const bare = typed.replace(/^[$#]/, "");
  const words = [...assets, ...Object.keys(NAMES)];
  const found = nearest(bare, words);
  const meant = found === null ? null : (NAMES[found] ?? found);
  return { nearest: meant !== null && known.has(meant.toUpperCase()) ? meant : null };
}

/** Readings from the most literal to the most stripped. */
function candidatesOf(text: string): readonly string[] {
  const literal = text.replace(/^[$#]/, "").toUpperCase();
  // BTC/USDT:USDT, BTC-USDT-SWAP, BTC_USDT: what stands before the first sign is the base.
  const [base = ""] = literal.split(/[-_/:]/).filter((part) => !/^P[FI]$/.test(part));
  const found = new Set<string>();
  let readings = [literal, base, literal.replace(/[^A-Z0-9]/g, "")];
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    for (const reading of readings) found.add(named(reading)).add(reading);
    readings = readings.flatMap(stripped);
  }
  return [...found].filter((candidate) => candidate !== "");
}

function named(reading: string): string {
  const name = reading.toLowerCase().replace(/[^a-z0-9]/g, "");
  return Object.hasOwn(NAMES, name) ? (NAMES[name] ?? "") : "";
}

/** The readings with one more part taken away. */
function stripped(reading: string): readonly string[] {
  const shorter: string[] = [];
  const letter = SUFFIX_LETTER.exec(reading)?.[1];
  if (letter !== undefined) shorter.push(letter);
  for (const suffix of SUFFIXES) {
    if (reading.endsWith(suffix)) shorter.push(reading.slice(0, -suffix.length));
  }
  if (MULTIPLIER.test(reading)) shorter.push(reading.replace(MULTIPLIER, ""));
  if (PREFIX.test(reading)) shorter.push(reading.slice(2));
  return shorter;
}
