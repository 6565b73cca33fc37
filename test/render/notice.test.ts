import { describe, expect, test } from "vitest";
import { NOTICE_TOPICS } from "../../src/notice.ts";
import { renderNotice } from "../../src/render/notice.ts";
import { MINUTE_MS, notice, T0 } from "../ops/seen.ts";

const OPTIONS = { nowMs: T0, label: null, silentBelow: "HIGH" } as const;

function textOf(over: Parameters<typeof notice>[0], options: Partial<typeof OPTIONS> = {}) {
  const { title, lines } = renderNotice(notice(over), { ...OPTIONS, ...options });
  return [title, ...lines];
}

describe("a notice as a message", () => {
  test("says what is the matter, why, and what to do", () => {
    expect(textOf({ reasons: ["silent: no byte for 40000 ms"] })).toEqual([
      "OPS Bybit is not watched for 5 min",
      "Its liquidations are missing in alerts and totals since 13:55 UTC.",
      "Reason: silent: no byte for 40000 ms",
      "It is tried again by itself. If this stays: is the venue up, and reachable from here?",
    ]);
    expect(textOf({ isOver: true, sinceMs: T0 - 12 * MINUTE_MS })).toEqual([
      "OPS Bybit is watched again after 12 min",
      "Not watched: 13:48 – 14:00 UTC. What it sent then is missing.",
    ]);
    const target = { topic: "target", subject: "discord", title: "discord" } as const;
    expect(textOf({ ...target, reasons: ["gone: 404 Unknown Webhook"] })).toEqual([
      "OPS Target discord is parked: it refuses our messages",
      "Reason: gone: 404 Unknown Webhook",
      "Nothing more is sent to it. Correct notifiers.discord, or our rights there, then: liqwatch test-alert discord",
    ]);
  });

  test("says of a venue in doubt what is done with its rows", () => {
    const suspect = { topic: "suspect", reasons: ["only 3 of its last 50 rows fit"] } as const;
    expect(textOf(suspect)).toEqual([
      "OPS Bybit is suspect: its longs and shorts seem exchanged",
      "Reason: only 3 of its last 50 rows fit",
      "Since 13:55 UTC its rows are in totals and in the log, and in no rule. It is judged on by itself. If this stays, the venue may have changed what its side means: look for an update.",
    ]);
    expect(textOf({ ...suspect, isOver: true, reasons: [] })).toEqual([
      "OPS Bybit names the right sides again",
      "Its rows are in the rules again. For 5 min alerts left them out.",
    ]);
  });

  test("tells everybody of blindness, and that it is over, in the public's words", () => {
    const blind = { topic: "blind", subject: "", title: "78% of the usual volume" } as const;
    expect(textOf({ ...blind, reasons: ["Binance", "Bybit"] })).toEqual([
      "We are blind: 78% of the usual volume is not seen",
      "Not seen since 13:55 UTC: Binance, Bybit.",
      "Alerts and totals miss them: silence means nothing until we say that we see again.",
    ]);
    const over = { ...blind, isOver: true, sinceMs: T0 - 12 * MINUTE_MS };
    expect(textOf(over)).toEqual([
      "We see again: blind for 12 min",
      "13:48 – 14:00 UTC. What happened then is missing in alerts and totals.",
    ]);
    expect(renderNotice(notice(over), OPTIONS)).toMatchObject({ isSilent: true, footer: "feeds" });
    const { title } = renderNotice(notice(blind), { ...OPTIONS, label: "SIMULATION" });
    expect(title).toBe("SIMULATION We are blind: 78% of the usual volume is not seen");
  });

  test("lists the mistakes of a configuration, the first six of many", () => {
    const configuration = { topic: "configuration", subject: "", title: "" } as const;
    expect(textOf({ ...configuration, reasons: ["preset: 7, expected calm"] })).toEqual([
      "OPS The new configuration is refused: 1 mistake",
      "preset: 7, expected calm",
      "The old one goes on.",
    ]);
    const reasons = Array.from({ length: 9 }, (_, index) => `mistake ${index}`);
    const many = textOf({ ...configuration, reasons });
    expect(many[0]).toBe("OPS The new configuration is refused: 9 mistakes");
    expect(many[7]).toBe("And 3 more: liqwatch check-config tells all.");
  });

  test("says that it is late, that it is none of a real daemon, and how often it was not told", () => {
    const late = textOf({ untold: 3 }, { nowMs: (T0 + 20 * MINUTE_MS) as never });
    expect(late[0]).toBe("DELAYED OPS Bybit is not watched for 5 min");
    expect(late.slice(-2)).toEqual([
      "It happened 3 more times since the last message about it.",
      "Sent 20 min late: this was 14:00 UTC.",
    ]);
    const { title } = renderNotice(notice(), { ...OPTIONS, label: "SIMULATION" });
    expect(title).toBe("SIMULATION OPS Bybit is not watched for 5 min");
  });

  test("makes a sound when something began, none when it is over, and never calls anybody", () => {
    expect(renderNotice(notice(), OPTIONS)).toMatchObject({ isSilent: false, mayMention: false });
    expect(renderNotice(notice({ isOver: true }), OPTIONS)).toMatchObject({ isSilent: true });
    expect(renderNotice(notice(), { ...OPTIONS, silentBelow: "CRITICAL" }).isSilent).toBe(true);
  });

  test.each(NOTICE_TOPICS)("%s: its first line fits a phone, and it names no alert", (topic) => {
    for (const isOver of [false, true]) {
      const told = notice({
        topic,
        isOver,
        title: "telegram",
        subject: "telegram",
        reasons: ["x"],
      });
      const message = renderNotice(told, OPTIONS);
      expect(message.title.length).toBeLessThanOrEqual(60);
      expect(message.title.startsWith("OPS ")).toBe(topic !== "blind");
      expect(message.alertIds).toEqual([]);
      expect(message.lines.length).toBeGreaterThan(0);
      expect(`${message.title} ${message.lines.join(" ")}`).not.toMatch(/undefined|NaN/);
    }
  });
});
