/** What keeps alerts from being told, and under which name a mute is remembered. */
import type { VenueId } from "./liquidation.ts";
import type { Severity } from "./rule.ts";

/** What a mute keeps quiet: the scopes that everything named here is true of; nothing named = all. */
export interface MuteSubject {
  /** null = every asset, and the market. */
  readonly asset: string | null;
  /** Scopes about this venue alone; absent = whatever the venue. */
  readonly venue?: VenueId;
  readonly rule?: string;
}

/** What keeps alerts quiet for a while, and who said so. */
export interface Mute extends MuteSubject {
  /** Infinity = until the configuration changes. */
  readonly untilMs: number;
  /** `telegram:4711`, `discord:8150`: for the log, never shown to readers. */
  readonly by: string;
}

/** Hours in which a channel sleeps, by the wall clock of a time zone. */
export interface QuietHours {
  /** Minutes after local midnight. `from` after `to` spans midnight. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** An IANA name, such as Europe/Berlin. */
  readonly zone: string;
  /** This severity and above is told all the same; null = nothing is. */
  readonly breaksThrough: Severity | null;
}

/** A planned stretch in which nobody is told anything. */
export interface Maintenance {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The part of the configuration that holds alerts back. */
export interface HoldSettings {
  readonly quietHours: QuietHours | null;
  readonly maintenance: readonly Maintenance[];
  /** They hold until the configuration changes. */
  readonly mutes: readonly MuteSubject[];
}

/** One text per subject: the name under which a mute is kept and stored. */
export function muteKey({ asset, venue, rule }: MuteSubject): string {
  const name = asset ?? "";
  return venue === undefined && rule === undefined ? name : `${name}|${venue ?? ""}|${rule ?? ""}`;
}
