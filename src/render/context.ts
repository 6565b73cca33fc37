/** Open interest and funding as people read them. Pure. */
import type { Decision } from "../alert.ts";
import { formatSignedPercent } from "./numbers.ts";
import { subjectOf } from "./subject.ts";
import { formatWindow, formatWindowShort } from "./times.ts";

/** Funding moves in thousandths of a percent. */
const FUNDING_DECIMALS = 4;

/** `+0.012%/8h`; longs pay where it is positive. */
export function formatFunding(rate8h: number): string {
  const percent = Number((rate8h * 100).toFixed(FUNDING_DECIMALS));
  return `${percent > 0 ? "+" : ""}${percent}%/8h`;
}

/** `Open interest -0.6% in 5 min · funding +0.012%/8h`; null where nobody tells it. */
export function contextText(decision: Decision, isShort: boolean): string | null {
  const { context } = decision;
  if (context === undefined) return null;
  const parts: string[] = [];
  const { openInterestPct, fundingRate8h, windowMs } = context;
  // Where open interest is the news already, it is not said twice.
  if (openInterestPct !== null && decision.metric !== "openInterestDropPct") {
    const change = formatSignedPercent(openInterestPct);
    const short = `OI ${change} (${formatWindowShort(windowMs)})`;
    parts.push(isShort ? short : `open interest ${change} in ${formatWindow(windowMs)}`);
  }
  if (fundingRate8h !== null) parts.push(`funding ${formatFunding(fundingRate8h)}`);
  if (parts.length === 0) return null;
  const isMarket = subjectOf(decision).asset === null;
  const text = `${isMarket ? `${context.asset} ` : ""}${parts.join(" · ")}`;
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
