/**
 * What the operator, and of blindness everybody, has to be told, out of what can be seen of the daemon. A fold: it is shown how
 * things are, again and again, and gives a notice when something began or ended. What it told is
 * plain data, stored with the notices, so that a restart neither repeats nor forgets one.
 */
import { NOTICE_TOPICS, type Notice, type NoticeTopic } from "../notice.ts";
import {
  blindOf,
  clockOf,
  configurationOf,
  decodingOf,
  type Finding,
  ownFinding,
  sidesOf,
  steadinessOf,
  type Trouble,
  targetsOf,
  watchOf,
} from "./findings.ts";
import type { Sight } from "./sight.ts";

/** A database that restarts is not away. */
export const DATABASE_AWAY_MS_MIN = 60_000;
/** The same trouble is told at most once in this time; in between it is counted. */
export const QUIET_MS = 600_000;
/** Longest reason that a notice quotes, in characters. */
export const REASON_CHARS_MAX = 300;

/** What was told of one subject; plain data. */
interface Told {
  readonly topic: NoticeTopic;
  readonly title: string;
  readonly sinceMs: number;
  readonly toldAtMs: number;
  readonly occurrence: string;
  isOpen: boolean;
  untold: number;
  /** The occurrence that was counted last, so that each is counted once. */
  untoldOccurrence: string;
}

/** As stored; what an older or newer version wrote and this one cannot read is left out. */
export type OpsState = Readonly<Record<string, unknown>>;

export class OpsBook {
  readonly #told = new Map<string, Told>();
  #databaseAway: { readonly sinceMs: number; readonly reason: string } | null = null;
  #hasToldTakeover = false;

  constructor(state: OpsState | null = null) {
    for (const [key, value] of Object.entries(state ?? {})) {
      const told = toldOf(value);
      if (told !== null) this.#told.set(key, told);
    }
  }

  /** To be stored together with the notices that the last look gave. */
  get state(): OpsState {
    return Object.fromEntries([...this.#told].map(([key, told]) => [key, { ...told }]));
  }

  /** How things are at `nowMs` (wall clock); the notices that this asks for. */
  look(sight: Sight, nowMs: number): readonly Notice[] {
    const findings = [
      ...sight.venues.map((venue) => watchOf(venue, nowMs)),
      ...sight.venues.map((venue) => steadinessOf(venue, nowMs)),
      ...sight.venues.map((venue) => decodingOf(venue)),
      ...sight.venues.map((venue) => sidesOf(venue)),
      blindOf(sight, nowMs),
      clockOf(sight),
      ...targetsOf(sight),
      configurationOf(sight),
    ];
    const notices = findings.flatMap((finding) => this.#settle(finding, nowMs) ?? []);
    for (const finding of [this.#databaseWas(sight, nowMs), this.#tookOver(sight)]) {
      if (finding === null) continue;
      const notice = this.#settle(finding, nowMs);
      if (notice !== null) notices.push({ ...notice, isOver: notice.topic === "database" });
      this.#settle({ ...finding, trouble: null }, nowMs);
    }
    this.#forget(findings, nowMs);
    return notices;
  }

  #settle(finding: Finding, nowMs: number): Notice | null {
    const { key, subject, trouble } = finding;
    const told = this.#told.get(key);
    if (trouble === "unknown") return null;
    if (trouble === null) {
      if (told === undefined || !told.isOpen) return null;
      told.isOpen = false;
      const { topic, title, sinceMs } = told;
      const over = { isOver: true, reasons: [], untold: 0 };
      return { topic, subject, title, sinceMs, atMs: nowMs, ...over };
    }
    if (told?.isOpen === true && told.occurrence === trouble.occurrence) return null;
    if (told !== undefined && nowMs - told.toldAtMs < QUIET_MS) {
      countUntold(told, trouble);
      return null;
    }
    return this.#begin(finding, trouble, nowMs);
  }

  #begin({ key, subject }: Finding, trouble: Trouble, nowMs: number): Notice {
    const told = this.#told.get(key);
    const { topic, title, sinceMs, occurrence } = trouble;
    // One that was counted and is told now is no longer untold.
    const isCounted = told?.untoldOccurrence === mark(trouble);
    const untold = (told?.untold ?? 0) - (isCounted ? 1 : 0);
    const open = { isOpen: true, untold: 0, untoldOccurrence: "" };
    this.#told.set(key, { topic, title, sinceMs, occurrence, toldAtMs: nowMs, ...open });
    const reasons = trouble.reasons.map((reason) => reason.slice(0, REASON_CHARS_MAX));
    return { topic, subject, title, sinceMs, atMs: nowMs, isOver: false, reasons, untold };
  }

  /** A trouble that is told when it has ended; null = nothing to tell. */
  #databaseWas({ databaseTrouble }: Sight, nowMs: number): Finding | null {
    const away = this.#databaseAway;
    if (databaseTrouble !== null) {
      this.#databaseAway = away ?? { sinceMs: nowMs, reason: databaseTrouble };
      return null;
    }
    this.#databaseAway = null;
    if (away === null || nowMs - away.sinceMs < DATABASE_AWAY_MS_MIN) return null;
    const { sinceMs, reason } = away;
    return ownFinding("database", sinceMs, [reason]);
  }

  #tookOver({ tookOverAtMs }: Sight): Finding | null {
    if (tookOverAtMs === null || this.#hasToldTakeover) return null;
    this.#hasToldTakeover = true;
    return ownFinding("takeover", tookOverAtMs, []);
  }

  /** What no longer exists is not waited for, and what was calm for long enough is over. */
  #forget(findings: readonly Finding[], nowMs: number): void {
    const seen = new Set(findings.map(({ key }) => key));
    for (const [key, { isOpen, toldAtMs, untold }] of this.#told) {
      const isCalm = !isOpen && nowMs - toldAtMs >= QUIET_MS;
      const isGone = !seen.has(key);
      if (isGone ? isOpen || isCalm : isCalm && untold === 0) this.#told.delete(key);
    }
  }
}

function countUntold(told: Told, trouble: Trouble): void {
  if (told.untoldOccurrence === mark(trouble)) return;
  told.untold += 1;
  told.untoldOccurrence = mark(trouble);
}

function mark({ occurrence, sinceMs }: Trouble): string {
  return `${occurrence}@${sinceMs}`;
}

function toldOf(value: unknown): Told | null {
  if (typeof value !== "object" || value === null) return null;
  const read = (key: string): unknown => Reflect.get(value, key);
  const topic = NOTICE_TOPICS.find((one) => one === read("topic"));
  const [title, occurrence, untoldOccurrence] = TEXTS.map(read);
  const [sinceMs, toldAtMs, untold] = NUMBERS.map(read);
  const isOpen = read("isOpen");
  if (topic === undefined || typeof isOpen !== "boolean") return null;
  if (typeof title !== "string" || typeof occurrence !== "string") return null;
  if (typeof untoldOccurrence !== "string" || typeof sinceMs !== "number") return null;
  if (typeof toldAtMs !== "number" || typeof untold !== "number") return null;
  return { topic, title, sinceMs, toldAtMs, occurrence, isOpen, untold, untoldOccurrence };
}

const TEXTS = ["title", "occurrence", "untoldOccurrence"];
const NUMBERS = ["sinceMs", "toldAtMs", "untold"];
