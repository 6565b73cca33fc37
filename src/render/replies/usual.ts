/** How unusual 5 min are, in words; and how far from knowing it. Pure. */
import type { Usual } from "../../usual.ts";
import { formatTimes } from "../figure.ts";
import { formatUsd } from "../money.ts";

const HOUR_MS = 3_600_000;

/** `6.2x its usual 5 min ($120K, 7 days)`, or why that cannot be said. */
export function usualLine(usual: Usual, cents: number): string {
  const why = unknownText(usual);
  if (why !== null) return `What is usual is not known: ${why}`;
  const p95Cents = usual.type === "known" ? usual.p95Cents : 0;
  if (p95Cents === 0) return "What is usual is not known: its windows had no money";
  return `${formatTimes(cents / p95Cents)} its usual 5 min (${formatUsd(p95Cents)}, by 7 days)`;
}

/** `learning, 9 h of 24 h`; null when it is known. */
export function unknownText(usual: Usual): string | null {
  if (usual.type === "known") return null;
  if (usual.type === "rare") return `only ${usual.windows} of ${usual.windowsMin} windows`;
  const [watched, needed] = [usual.watchedMs, usual.neededMs].map((ms) => Math.floor(ms / HOUR_MS));
  return `learning, ${watched} h of ${needed} h`;
}
