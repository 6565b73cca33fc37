import { describe, expect, test } from "vitest";
import { ACK_MS_MAX, SPLITS_MAX, Subscriptions } from "../../src/feeds/subscriptions.ts";
import type { SubscribeRequest, Venue } from "../../src/feeds/venue.ts";

/** Frames of at most four topics, written as `op id a,b,c`. */
const VENUE: Pick<Venue, "request"> = {
  request(op, topics, firstId) {
    const frames: SubscribeRequest[] = [];
    for (let at = 0; at < topics.length; at += 4) {
      const part = topics.slice(at, at + 4);
      const id = String(firstId + frames.length);
      frames.push({ id, topics: part, text: `${op} ${id} ${part.join(",")}` });
    }
    return frames;
  },
};

function subscriptionsTo(...topics: string[]): Subscriptions {
  const subscriptions = new Subscriptions(VENUE);
  subscriptions.want(topics);
  return subscriptions;
}

function sendAll(subscriptions: Subscriptions, nowMs = 0): string[] {
  const sent: string[] = [];
  for (let text = subscriptions.next(nowMs); text !== null; text = subscriptions.next(nowMs)) {
    sent.push(text);
  }
  return sent;
}

const ack = (id: string | null, topics: string[] | null = null) =>
  ({ type: "ack", id, topics }) as const;
const refused = (id: string | null, topics: string[] | null = null) =>
  ({ type: "refused", id, topics, reason: "no" }) as const;

describe("acknowledging", () => {
  test("is settled only when every frame was sent and answered", () => {
    const subscriptions = subscriptionsTo("a", "b", "c", "d", "e");
    expect(subscriptions.next(0)).toBe("subscribe 1 a,b,c,d");
    expect(subscriptions.acknowledge(ack("1"))).toEqual(["a", "b", "c", "d"]);
    expect(subscriptions.isSettled).toBe(false);
    expect(subscriptions.next(0)).toBe("subscribe 2 e");
    expect(subscriptions.isSettled).toBe(false);
    subscriptions.acknowledge(ack("2"));
    expect(subscriptions.isSettled).toBe(true);
    expect(subscriptions.acceptedCount).toBe(5);
  });

  test("an answer for some topics of a frame leaves the others open", () => {
    const subscriptions = subscriptionsTo("a", "b");
    sendAll(subscriptions);
    expect(subscriptions.acknowledge(ack(null, ["b"]))).toEqual(["b"]);
    expect(subscriptions.isSettled).toBe(false);
    expect(subscriptions.acknowledge(ack("1", ["a"]))).toEqual(["a"]);
    expect(subscriptions.isSettled).toBe(true);
  });

  test("an answer without id and topics is for the oldest frame in flight", () => {
    const subscriptions = subscriptionsTo("a", "b", "c", "d", "e");
    sendAll(subscriptions);
    expect(subscriptions.acknowledge(ack(null))).toEqual(["a", "b", "c", "d"]);
  });

  test("answers to what nobody asked change nothing", () => {
    const subscriptions = subscriptionsTo("a");
    sendAll(subscriptions);
    expect(subscriptions.acknowledge(ack("999999999"))).toEqual([]);
    expect(subscriptions.acknowledge(ack(null, ["z"]))).toEqual([]);
    expect(subscriptions.refuse(refused("999999999"))).toEqual([]);
    expect(subscriptions.isSettled).toBe(false);
  });

  test("a subscribe frame is overdue after ten seconds, counted from its sending", () => {
    const subscriptions = subscriptionsTo("a");
    expect(subscriptions.isOverdue(ACK_MS_MAX + 1)).toBe(false);
    sendAll(subscriptions, 5_000);
    expect(subscriptions.isOverdue(5_000 + ACK_MS_MAX)).toBe(false);
    expect(subscriptions.isOverdue(5_000 + ACK_MS_MAX + 1)).toBe(true);
  });
});

describe("refusing", () => {
  test("gives up the named topic and asks again for the rest of its frame only", () => {
    const subscriptions = subscriptionsTo("a", "b", "c", "d", "e");
    sendAll(subscriptions);
    expect(subscriptions.refuse(refused(null, ["c"]))).toEqual(["c"]);
    expect(sendAll(subscriptions)).toEqual(["subscribe 3 a,b,d"]);
    subscriptions.acknowledge(ack("2"));
    subscriptions.acknowledge(ack("3"));
    expect(subscriptions.isSettled).toBe(true);
    expect(subscriptions.acceptedCount).toBe(4);
  });

  test("a refusal that names nothing is narrowed down by halves to the one bad topic", () => {
    const subscriptions = subscriptionsTo("a", "b", "c", "bad");
    const lost: string[] = [];
    for (let frames = sendAll(subscriptions); frames.length > 0; frames = sendAll(subscriptions)) {
      for (const frame of frames) {
        const [, id = "", topics = ""] = frame.split(" ");
        if (topics.includes("bad")) lost.push(...subscriptions.refuse(refused(id)));
        else subscriptions.acknowledge(ack(id));
      }
    }
    expect(lost).toEqual(["bad"]);
    expect(subscriptions.acceptedCount).toBe(3);
    expect(subscriptions.isSettled).toBe(true);
  });

  test("a venue that refuses everything is not asked without end", () => {
    const topics = Array.from({ length: 400 }, (_, index) => `t${index}`);
    const subscriptions = subscriptionsTo(...topics);
    let sent = 0;
    let lost = 0;
    for (let text = subscriptions.next(0); text !== null; text = subscriptions.next(0)) {
      sent += 1;
      lost += subscriptions.refuse(refused(text.split(" ")[1] ?? "")).length;
    }
    expect(lost).toBe(400);
    expect(sent).toBeLessThanOrEqual(100 + 2 * SPLITS_MAX);
    expect(subscriptions.isSettled).toBe(true);
    expect(subscriptions.acceptedCount).toBe(0);
  });

  test("a topic that was already acknowledged is not asked for again", () => {
    const subscriptions = subscriptionsTo("a", "b", "c");
    sendAll(subscriptions);
    subscriptions.acknowledge(ack("1", ["a"]));
    expect(subscriptions.refuse(refused("1", ["b"]))).toEqual(["b"]);
    expect(sendAll(subscriptions)).toEqual(["subscribe 2 c"]);
  });
});

describe("changing what is wanted", () => {
  test("subscribes only what is new and unsubscribes only what is gone", () => {
    const subscriptions = subscriptionsTo("a", "b");
    sendAll(subscriptions);
    subscriptions.acknowledge(ack("1"));
    subscriptions.want(["b", "c"]);
    expect(sendAll(subscriptions)).toEqual(["unsubscribe 2 a", "subscribe 3 c"]);
    expect(subscriptions.acceptedCount).toBe(1);
    subscriptions.acknowledge(ack("3"));
    expect(subscriptions.acceptedCount).toBe(2);
  });

  test("a refused topic is asked for again only when it is wanted anew", () => {
    const subscriptions = subscriptionsTo("a", "b");
    sendAll(subscriptions);
    subscriptions.refuse(refused("1", ["a"]));
    expect(sendAll(subscriptions)).toEqual(["subscribe 2 b"]);
    subscriptions.want(["a", "b"]);
    expect(sendAll(subscriptions)).toEqual(["subscribe 3 a"]);
  });

  test("an unsubscribe frame without an answer harms nothing and is forgotten", () => {
    const subscriptions = subscriptionsTo("a", "b");
    sendAll(subscriptions);
    subscriptions.acknowledge(ack("1"));
    subscriptions.want(["a"]);
    sendAll(subscriptions);
    expect(subscriptions.isSettled).toBe(true);
    expect(subscriptions.isAwaitingAnswer).toBe(true);
    expect(subscriptions.isOverdue(ACK_MS_MAX + 1)).toBe(false);
    expect(subscriptions.isAwaitingAnswer).toBe(false);
  });
});
