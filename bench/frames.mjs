/** Synthetic frames in the venues' documented shapes, over 100 assets, with times that go on. */

const ASSETS = 100;
const START_MS = 1_790_000_000_000;

/** A small generator, so that every run sees the same stream. */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Zipf-like: a few assets have most of the rows, as in a crash. */
function symbolOf(random, names) {
  return names[Math.min(names.length - 1, Math.floor(names.length * random() ** 3))];
}

/** @returns {{text: string, atMs: number}[]} */
export function frames(venue, names, count) {
  const random = chance(7);
  const made = [];
  for (let index = 0; index < count; index += 1) {
    const atMs = START_MS + index * 3;
    const symbol = symbolOf(random, names.slice(0, ASSETS));
    const price = (50 + random() * 50_000).toFixed(2);
    const size = (0.001 + random() * 3).toFixed(3);
    const isLong = random() < 0.8;
    // Through bytes, as from a socket: a text glued from pieces is slower to read the first time.
    const text = Buffer.from(SHAPES[venue]({ symbol, price, size, isLong, atMs })).toString();
    made.push({ atMs: atMs + 1_000, text });
  }
  return made;
}

const SHAPES = {
  binance: ({ symbol, price, size, isLong, atMs }) =>
    `{"stream":"!forceOrder@arr","data":{"e":"forceOrder","E":${atMs + 900},"o":{"s":"${symbol}","S":"${isLong ? "SELL" : "BUY"}","o":"LIMIT","f":"IOC","q":"${size}","p":"${price}","ap":"${price}","X":"FILLED","l":"${size}","z":"${size}","T":${atMs},"ps":"${symbol}","st":1}}}`,
  bybit: ({ symbol, price, size, isLong, atMs }) =>
    `{"topic":"allLiquidation.${symbol}","type":"snapshot","ts":${atMs + 400},"data":[{"T":${atMs},"s":"${symbol}","S":"${isLong ? "Buy" : "Sell"}","v":"${size}","p":"${price}"}]}`,
  okx: ({ symbol, price, isLong, atMs }) =>
    `{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"0","bkPx":"${price}","ccy":"","posSide":"${isLong ? "long" : "short"}","side":"${isLong ? "sell" : "buy"}","sz":"${1 + (atMs % 90)}","ts":"${atMs}"}],"instFamily":"${symbol}","instId":"${symbol}","instType":"SWAP","uly":"${symbol}"}]}`,
};
