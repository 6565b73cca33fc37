/** From how things are to what is wrong with each subject: a venue, the clock, a target. */
import type { NoticeTopic } from "../notice.ts";
import { BLIND_MS_MIN, type Sight, type VenueSight } from "./sight.ts";

/** A reconnect, a maintenance of minutes and a venue's daily cut are no news. */
const VENUE_DOWN_MS_MIN = 300_000;

/** A feed that is watched for so long holds its connections, ms. */
const HELD_MS_MIN = 60_000;

/** SPEC 7: with this part of the usual volume dark we are blind. */
const BLIND_PART = 0.5;

/** What is wrong with one subject. */
export interface Trouble {
  readonly topic: NoticeTopic;
  readonly title: string;
  readonly sinceMs: number;
  readonly reasons: readonly string[];
  /** Trouble with another one is another trouble, even when the first has not ended. */
  readonly occurrence: string;
}

/** A subject as it is seen now: its trouble, null = none, "unknown" = it cannot be told yet. */
export interface Finding {
  readonly key: string;
  readonly subject: string;
  readonly trouble: Trouble | null | "unknown";
}

export function watchOf({ id, title, watch, sinceMs, reason }: VenueSight, nowMs: number): Finding {
  const finding = { key: `venue/${id}`, subject: id };
  const reasons = reason === null ? [] : [reason];
  if (watch === "watched") return { ...finding, trouble: null };
  if (watch === "off") {
    const trouble: Trouble = { topic: "venue-off", title, sinceMs, reasons, occurrence: "off" };
    return { ...finding, trouble };
  }
  if (nowMs - sinceMs < VENUE_DOWN_MS_MIN) return { ...finding, trouble: "unknown" };
  const trouble: Trouble = { topic: "venue-down", title, sinceMs, reasons, occurrence: "down" };
  return { ...finding, trouble };
}

/** A venue that is away is told of as that; right after a start nothing says that it holds. */
export function steadinessOf(venue: VenueSight, nowMs: number): Finding {
  const { id, title, watch, unsteady } = venue;
  const finding = { key: `unsteady/${id}`, subject: id };
  if (unsteady === null) {
    const holds = watch === "watched" && nowMs - venue.sinceMs >= HELD_MS_MIN;
    return { ...finding, trouble: holds ? null : "unknown" };
  }
  const { sinceMs, hangUps, reason } = unsteady;
  if (nowMs - sinceMs < VENUE_DOWN_MS_MIN) return { ...finding, trouble: "unknown" };
  const reasons = [`${hangUps} times in a row, the last of them ${reason}`];
  const trouble = { title, sinceMs, reasons, occurrence: "unsteady" };
  return { ...finding, trouble: { topic: "venue-unsteady", ...trouble } };
}

/** Back means that less than half is dark, even when single venues are still away. */
export function blindOf({ darkness }: Sight, nowMs: number): Finding {
  const { nowPart, longPart, venues } = darkness;
  const finding = { key: "blind", subject: "" };
  if (nowPart < BLIND_PART) return { ...finding, trouble: null };
  if (longPart === null || longPart < BLIND_PART) return { ...finding, trouble: "unknown" };
  const title = `${Math.round(longPart * 100)}% of the usual volume`;
  const trouble = { title, sinceMs: nowMs - BLIND_MS_MIN, reasons: venues, occurrence: "blind" };
  return { ...finding, trouble: { topic: "blind", ...trouble } };
}

/** Right after a start nothing says that its liquidations can be read: the first one does. */
export function decodingOf({ id, title, rows, degraded }: VenueSight): Finding {
  const finding = { key: `decoding/${id}`, subject: id };
  if (degraded === null) return { ...finding, trouble: rows > 0 ? null : "unknown" };
  const { sinceMs, frames, detail } = degraded;
  const reasons = [`${frames} messages in a row, the last of them ${detail}`];
  const trouble = { title, sinceMs, reasons, occurrence: "decoding" };
  return { ...finding, trouble: { topic: "decoding", ...trouble } };
}

export function sidesOf({ id, title, suspect }: VenueSight): Finding {
  const finding = { key: `suspect/${id}`, subject: id };
  if (suspect === null) return { ...finding, trouble: null };
  const { sinceMs, detail } = suspect;
  const trouble = { title, sinceMs, reasons: [detail], occurrence: "suspect" };
  return { ...finding, trouble: { topic: "suspect", ...trouble } };
}

export function clockOf({ clock }: Sight): Finding {
  const finding = { key: "clock", subject: "" };
  if (clock === "unknown") return { ...finding, trouble: "unknown" };
  if (clock === "right") return { ...finding, trouble: null };
  const { sinceMs, warning } = clock;
  const trouble = { title: "", sinceMs, reasons: [warning], occurrence: "wrong" };
  return { ...finding, trouble: { topic: "clock", ...trouble } };
}

export function targetsOf({ targets, parked }: Sight): readonly Finding[] {
  return targets.map((target) => {
    const finding = { key: `target/${target}`, subject: target };
    const found = parked.find((one) => one.target === target);
    if (found === undefined) return { ...finding, trouble: null };
    const { sinceMs, reason } = found;
    const occurrence = String(sinceMs);
    const trouble = { title: target, sinceMs, reasons: [reason], occurrence };
    return { ...finding, trouble: { topic: "target", ...trouble } };
  });
}

/** Every refused reading is an occurrence of its own: its mistakes are others. */
export function configurationOf({ refusal }: Sight): Finding {
  const finding = { key: "configuration", subject: "" };
  if (refusal === null) return { ...finding, trouble: null };
  const { atMs: sinceMs, mistakes: reasons } = refusal;
  const occurrence = String(sinceMs);
  const trouble: Trouble = { topic: "configuration", title: "", sinceMs, reasons, occurrence };
  return { ...finding, trouble };
}

export function ownFinding(
  topic: NoticeTopic,
  sinceMs: number,
  reasons: readonly string[],
): Finding {
  const occurrence = String(sinceMs);
  return { key: topic, subject: "", trouble: { topic, title: "", sinceMs, reasons, occurrence } };
}
