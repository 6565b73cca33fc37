/** The answers to `/mute` and `/unmute`. Pure. */
import type { Mute } from "../../queries.ts";
import type { Reply } from "../reply.ts";
import { formatDuration, formatInstant } from "../times.ts";

/** Mutes named one by one. */
const MUTES_MAX = 20;

/** `Muted: BTC until 15:06 UTC; everything until 16:00 UTC`. */
export function mutesLine(mutes: readonly Mute[], nowMs: number): string {
  if (mutes.length === 0) return "Nothing is muted";
  const named = mutes
    .slice(0, MUTES_MAX)
    .map(({ asset, untilMs }) => `${nameOf(asset)} until ${formatInstant(untilMs, nowMs)}`);
  const rest = mutes.length - MUTES_MAX;
  return `Muted: ${named.join("; ")}${rest > 0 ? `; ${rest} more` : ""}`;
}

export function mutedReply({ asset, untilMs }: Mute, nowMs: number): Reply {
  const name = nameOf(asset);
  const until = `${formatInstant(untilMs, nowMs)} (${formatDuration(untilMs - nowMs)})`;
  const lines = [
    "What the rules decide meanwhile is kept: /alerts suppressed.",
    `/unmute ${asset === null ? "all" : asset.toLowerCase()} ends it.`,
  ];
  if (asset !== null)
    lines.unshift("Alerts of the whole market still come; /mute all stops those, too.");
  return { title: `Muted: ${name} until ${until}`, warnings: [], table: [], lines };
}

export function unmutedReply(asset: string | null, wasMuted: boolean, left: string): Reply {
  const name = nameOf(asset);
  const title = wasMuted ? `No longer muted: ${name}` : `Was not muted: ${name}`;
  return { title, warnings: [], table: [], lines: [left] };
}

function nameOf(asset: string | null): string {
  return asset ?? "everything";
}
