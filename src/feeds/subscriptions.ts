/**
 * What one connection has asked for and what the venue answered: a state machine without a socket.
 * It paces frames, pairs answers with them, and keeps one bad topic from losing the rest.
 */
import type { Control, SubscribeRequest, Venue } from "./venue.ts";

/** A subscribe frame must be answered within this, ms. */
export const ACK_MS_MAX = 10_000;
/** A venue that never acknowledges has this long to refuse, ms. */
export const REFUSAL_MS_MAX = 2_000;
/** Refusals without a topic are narrowed down by halving, at most this often per connection. */
export const SPLITS_MAX = 32;

type Ack = Extract<Control, { type: "ack" }>;
type Refused = Extract<Control, { type: "refused" }>;

interface Frame {
  readonly op: "subscribe" | "unsubscribe";
  readonly id: string;
  readonly text: string;
  /** Not yet answered for. */
  readonly open: Set<string>;
  sentAtMs: number;
}

export class Subscriptions {
  readonly #venue: Pick<Venue, "request">;
  readonly #wanted = new Set<string>();
  readonly #accepted = new Set<string>();
  readonly #queue: Frame[] = [];
  readonly #inFlight: Frame[] = [];
  #nextId = 1;
  #splits = 0;

  constructor(venue: Pick<Venue, "request">) {
    this.#venue = venue;
  }

  /** Every subscribe frame was sent and answered. */
  get isSettled(): boolean {
    const frames = [...this.#queue, ...this.#inFlight];
    return frames.every((frame) => frame.op === "unsubscribe");
  }

  get hasQueued(): boolean {
    return this.#queue.length > 0;
  }

  get isAwaitingAnswer(): boolean {
    return this.#inFlight.length > 0;
  }

  get acceptedCount(): number {
    return this.#accepted.size;
  }

  /** Queues frames that lead from what was wanted so far to `topics`. */
  want(topics: readonly string[]): void {
    const wanted = new Set(topics);
    const gone = [...this.#wanted].filter((topic) => !wanted.has(topic));
    const added = [...wanted].filter((topic) => !this.#wanted.has(topic));
    for (const topic of gone) {
      this.#wanted.delete(topic);
      this.#accepted.delete(topic);
    }
    for (const topic of added) this.#wanted.add(topic);
    this.#request("unsubscribe", gone);
    this.#request("subscribe", added);
  }

  /** The next frame to send, now in flight; null when there is none. */
  next(nowMs: number): string | null {
    const frame = this.#queue.shift();
    if (frame === undefined) return null;
    frame.sentAtMs = nowMs;
    this.#inFlight.push(frame);
    return frame.text;
  }

  /** True when a subscribe frame waits too long; an unsubscribe frame without answer is forgotten. */
  isOverdue(nowMs: number): boolean {
    const overdue = this.#inFlight.filter((frame) => nowMs - frame.sentAtMs > ACK_MS_MAX);
    for (const frame of overdue) if (frame.op === "unsubscribe") this.#remove(frame);
    return overdue.some((frame) => frame.op === "subscribe");
  }

  /** For venues that never acknowledge: the topics that were not refused in time. */
  acceptUnanswered(nowMs: number): readonly string[] {
    const due = this.#inFlight.filter((frame) => nowMs - frame.sentAtMs >= REFUSAL_MS_MAX);
    return due.flatMap(({ id }) => this.acknowledge({ type: "ack", id, topics: null }));
  }

  /** Returns the topics that the venue now delivers. */
  acknowledge(ack: Ack): readonly string[] {
    const frame = this.#answered(ack);
    if (frame === null) return [];
    const answered = ack.topics === null ? [...frame.open] : ack.topics;
    const accepted = answered.filter((topic) => frame.open.delete(topic));
    if (frame.open.size === 0) this.#remove(frame);
    if (frame.op === "unsubscribe") return [];
    const wanted = accepted.filter((topic) => this.#wanted.has(topic));
    for (const topic of wanted) this.#accepted.add(topic);
    return wanted;
  }

  /**
   * Returns the topics given up. The rest of the refused frame is asked for again: venues refuse
   * the whole frame for one unknown topic (Bybit: "handler not found,topic:...").
   */
  refuse(refusal: Refused): readonly string[] {
    const frame = this.#answered(refusal);
    if (frame === null) return [];
    this.#remove(frame);
    if (frame.op === "unsubscribe") return [];
    const named = (refusal.topics ?? []).filter((topic) => frame.open.delete(topic));
    const rest = [...frame.open].filter((topic) => this.#wanted.has(topic));
    if (named.length > 0) {
      this.#request("subscribe", rest);
    } else if (rest.length > 1 && this.#splits < SPLITS_MAX) {
      this.#splits += 1;
      const half = Math.ceil(rest.length / 2);
      this.#request("subscribe", rest.slice(0, half));
      this.#request("subscribe", rest.slice(half));
    } else {
      named.push(...rest);
    }
    for (const topic of named) this.#wanted.delete(topic);
    return named;
  }

  #request(op: Frame["op"], topics: readonly string[]): void {
    if (topics.length === 0) return;
    const requests: readonly SubscribeRequest[] = this.#venue.request(op, topics, this.#nextId);
    this.#nextId += requests.length;
    for (const { id, text, topics: open } of requests) {
      this.#queue.push({ op, id, text, open: new Set(open), sentAtMs: 0 });
    }
  }

  /** By id, else by topic; an answer with neither belongs to the oldest frame in flight. */
  #answered(answer: Ack | Refused): Frame | null {
    const { id, topics } = answer;
    const byId = id === null ? undefined : this.#inFlight.find((frame) => frame.id === id);
    const named = topics ?? [];
    const byTopic = () =>
      this.#inFlight.find((frame) => named.some((topic) => frame.open.has(topic)));
    const oldest = () =>
      id === null && (topics === null || answer.type === "refused") ? this.#inFlight[0] : undefined;
    return byId ?? byTopic() ?? oldest() ?? null;
  }

  #remove(frame: Frame): void {
    const place = this.#inFlight.indexOf(frame);
    if (place >= 0) this.#inFlight.splice(place, 1);
  }
}
