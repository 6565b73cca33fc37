/** Counts, prices, percents and shares as people read them. Pure. */

const PRICE_DIGITS = 5;
const PRICE_DECIMALS_MAX = 12;

/** `9214` as `9,214`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** Five significant digits, never an exponent: `67,412`, `3,512.4`, `0.000012345`. */
export function formatPrice(price: number): string {
  const magnitude = price > 0 ? Math.floor(Math.log10(price)) : 0;
  const decimals = Math.min(Math.max(PRICE_DIGITS - 1 - magnitude, 0), PRICE_DECIMALS_MAX);
  return price.toLocaleString("en-US", { maximumFractionDigits: decimals });
}

/** With sign: `-0.81%`, `+3.1%`, `+120%`; what rounds to nothing is `0%`. */
export function formatSignedPercent(percent: number): string {
  const size = Math.abs(percent);
  const text = size.toFixed(size < 1 ? 2 : size < 100 ? 1 : 0);
  if (Number(text) === 0) return "0%";
  return `${percent < 0 ? "-" : "+"}${text}%`;
}

/** A share of a whole in whole percent; a rest is never called nothing, nor most of it all. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return "0%";
  const percent = (part / whole) * 100;
  if (percent < 0.5) return "<1%";
  if (percent > 99.5 && part < whole) return ">99%";
  return `${Math.round(percent)}%`;
}
