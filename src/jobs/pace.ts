/**
 * How fast a service takes messages, kept from our side: what it would refuse is not sent. Pure.
 * Sliding windows over the moments of the answers, so that the service's own windows, which begin
 * earlier, are never fuller than ours.
 */
import type { TargetSettings } from "../notifiers/notifier.ts";

export interface PaceLimit {
  /** Requests in any stretch of `perMs`. */
  readonly max: number;
  /** Of them edits: half of a target's rate, so that new messages always find room. */
  readonly editsMax: number;
  /** Of those, changes of mere figures: the end of a story must not wait behind them. */
  readonly figuresMax: number;
  readonly perMs: number;
}

const limit = (max: number, perMs: number): PaceLimit => {
  const editsMax = Math.max(1, Math.floor(max / 2));
  return { max, editsMax, figuresMax: Math.max(1, Math.floor(editsMax / 2)), perMs };
};

/** https://github.com/discord/discord-api-docs/issues/367 and 1454: per webhook, per channel. */
const DISCORD = [limit(5, 2_000), limit(30, 60_000)];
/** https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const TELEGRAM_CHAT = [limit(1, 1_000), limit(60, 60_000)];
const TELEGRAM_GROUP = [limit(1, 1_000), limit(20, 60_000)];
const TELEGRAM_BOT = [limit(30, 1_000)];

/** What the service allows at this place; none = nothing is known to be refused. */
export function limitsOf(target: TargetSettings): readonly PaceLimit[] {
  if (target.type === "discord") return DISCORD;
  if (target.type !== "telegram") return [];
  // Ids of groups and channels are negative, channels may go by a name instead.
  return /^[-@]/.test(target.chatId) ? TELEGRAM_GROUP : TELEGRAM_CHAT;
}

/** Targets of one service that are limited together: under which key, and how. */
export function sharedLimitsOf(
  target: TargetSettings,
): { readonly key: string; readonly limits: readonly PaceLimit[] } | null {
  if (target.type === "telegram") return { key: `bot ${target.botToken}`, limits: TELEGRAM_BOT };
  // Webhooks come without a name: only an answer that calls itself global concerns them all.
  return target.type === "discord" ? { key: "discord", limits: [] } : null;
}

export type RequestKind = "message" | "edit" | "figures";

interface Request {
  readonly atMs: number;
  readonly kind: RequestKind;
}

export class Pace {
  readonly #limits: readonly PaceLimit[];
  readonly #keptMs: number;
  #requests: Request[] = [];
  #blockedUntilMs = 0;

  constructor(limits: readonly PaceLimit[]) {
    this.#limits = limits;
    this.#keptMs = Math.max(0, ...limits.map(({ perMs }) => perMs));
  }

  /** A request that was answered at this time. */
  add(request: Request): void {
    if (this.#keptMs === 0) return;
    this.#requests.push(request);
    const oldestMs = request.atMs - this.#keptMs;
    this.#requests = this.#requests.filter(({ atMs }) => atMs > oldestMs);
  }

  /** The service wants nothing before this time. */
  block(untilMs: number): void {
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, untilMs);
  }

  /** The earliest time for the next request; `nowMs` = at once. */
  nextMs(nowMs: number, kind: RequestKind): number {
    const times = this.#limits.map((one) => freeAtMs(one, this.#requests, kind));
    return Math.max(nowMs, this.#blockedUntilMs, ...times);
  }

  /** When the last of so many new messages could be sent, if nothing else were. */
  lastOfMs(nowMs: number, messages: number): number {
    const plan = new Pace(this.#limits);
    plan.#requests = [...this.#requests];
    plan.#blockedUntilMs = this.#blockedUntilMs;
    let atMs = nowMs;
    for (let sent = 0; sent < Math.min(messages, PLANNED_MAX); sent += 1) {
      atMs = plan.nextMs(atMs, "message");
      plan.add({ atMs, kind: "message" });
    }
    return atMs;
  }
}

/** More messages than this never go one by one: no need to know when the last of them would. */
const PLANNED_MAX = 60;

function freeAtMs(limit: PaceLimit, all: readonly Request[], kind: RequestKind): number {
  const { max, editsMax, figuresMax, perMs } = limit;
  const edits = kind === "message" ? [] : all.filter((request) => request.kind !== "message");
  const figures = kind === "figures" ? edits.filter((edit) => edit.kind === "figures") : [];
  const blocking = [all.at(-max), edits.at(-editsMax), figures.at(-figuresMax)];
  return Math.max(
    0,
    ...blocking.map((request) => (request === undefined ? 0 : request.atMs + perMs)),
  );
}
