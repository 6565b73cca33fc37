/** The answers to `/mute` and `/unmute`. Pure. */
import type { Mute, MuteSubject } from "../../mute.ts";
import type { Reply } from "../reply.ts";
import { formatDuration, formatInstant } from "../times.ts";

/** Mutes named one by one. */
const MUTES_MAX = 20;

/** `Muted: BTC until 15:06 UTC; everything until 16:00 UTC`. */
export function mutesLine(mutes: readonly Mute[], nowMs: number): string {
  if (mutes.length === 0) return "Nothing is muted";
  const named = mutes.slice(0, MUTES_MAX).map((mute) => {
    if (!Number.isFinite(mute.untilMs)) return `${nameOf(mute)} by the configuration`;
    return `${nameOf(mute)} until ${formatInstant(mute.untilMs, nowMs)}`;
  });
  const rest = mutes.length - MUTES_MAX;
  return `Muted: ${named.join("; ")}${rest > 0 ? `; ${rest} more` : ""}`;
}

export function mutedReply(mute: Mute, nowMs: number): Reply {
  const { untilMs } = mute;
  const until = `${formatInstant(untilMs, nowMs)} (${formatDuration(untilMs - nowMs)})`;
  const lines = [
    "What the rules decide meanwhile is kept: /alerts suppressed.",
    `/unmute ${wordsOf(mute)} ends it.`,
  ];
  const hint = whatStillComes(mute);
  if (hint !== null) lines.unshift(hint);
  return { title: `Muted: ${nameOf(mute)} until ${until}`, warnings: [], table: [], lines };
}

export function unmutedReply(subject: MuteSubject, wasMuted: boolean, left: string): Reply {
  const name = nameOf(subject);
  const title = wasMuted ? `No longer muted: ${name}` : `Was not muted: ${name}`;
  return { title, warnings: [], table: [], lines: [left] };
}

/** `BTC`, `the rule whale`, `BTC of the rule whale`, `alerts of gate alone`, `everything`. */
function nameOf({ asset, venue, rule }: MuteSubject): string {
  const parts = [
    ...(asset === null ? [] : [asset]),
    ...(venue === undefined ? [] : [`alerts of ${venue} alone`]),
    ...(rule === undefined ? [] : [`the rule ${rule}`]),
  ];
  return parts.join(" of ") || "everything";
}

/** What somebody types to name it again. */
function wordsOf({ asset, venue, rule }: MuteSubject): string {
  const words = [asset?.toLowerCase(), venue, rule].filter((word) => word !== undefined);
  return words.join(" ") || "all";
}

/** A mute is often thought to be wider than it is. */
function whatStillComes({ asset, venue, rule }: MuteSubject): string | null {
  if (venue !== undefined) {
    return `Alerts that are not about ${venue} alone still come, with its liquidations in them.`;
  }
  if (rule !== undefined) return "Alerts of other rules still come.";
  if (asset === null) return null;
  return "Alerts of the whole market still come; /mute all stops those, too.";
}
