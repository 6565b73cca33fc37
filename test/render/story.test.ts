/** Stories as people read them: goldens of whole messages, and words that never stand in one. */
import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { renderCollection } from "../../src/render/collection.ts";
import { plainLines } from "../../src/render/plain.ts";
import { renderStory, type ShownStory, type StoryOptions } from "../../src/render/story.ts";
import { TITLE_CHARS } from "../../src/render/title.ts";
import { StoryBook } from "../../src/stories/book.ts";
import type { RunningFigures, Story } from "../../src/story.ts";
import { AT_MS, decision, MARKET_WINDOW, NOTES, snapshot } from "./samples.ts";

const OPTIONS: StoryOptions = {
  ...{ nowMs: AT_MS + 1_500, label: null, silentBelow: "HIGH", venueNotes: NOTES },
};
const NUMBERS = { "9b1c": 20_417, whale: 20_418, m: 118 };

interface Scene {
  readonly decisions: readonly Decision[];
  /** What the incidents come to at the next look; absent = nobody looked. */
  readonly figures?: RunningFigures;
}

/** The story after these decisions, in the order of rules `a`, `majors`, `whale`. */
function storyOf({ decisions, figures }: Scene): Story {
  const rules = ["a", "majors", "whale"];
  const book = new StoryBook({
    route: () => ["discord"],
    ruleIndex: (rule) => rules.indexOf(rule),
    reopenWithinMs: () => 60_000,
    running: () => figures ?? null,
  });
  for (const told of decisions) book.on(told);
  book.refresh((decisions.at(-1)?.atMs ?? 0) + 5_000);
  const [story] = book.stories;
  if (story === undefined) throw new Error("A story is expected");
  return story;
}

function shown(scene: Scene, over: Partial<ShownStory> = {}): ShownStory {
  return {
    ...{ about: storyOf(scene), target: "discord", kind: "alert", isContinued: false, earlier: 0 },
    ...{ decisions: scene.decisions, shownAlerts: 0, incidentNumbers: NUMBERS, ...over },
  };
}
function textOf(scene: Scene, over: Partial<ShownStory & StoryOptions> = {}): string {
  const message = renderStory(shown(scene, over), { ...OPTIONS, ...over });
  return message === null ? "" : plainLines(message).join("\n");
}

const whale = (over: Partial<Decision> = {}) =>
  decision({
    ...{ rule: "whale", metric: "largestUsd", windowMs: 60_000, value: 1_120_000 },
    ...{ incidentId: "whale", severity: "LOW", alertId: "w", ...over },
  });
const FIGURES: RunningFigures = {
  held: [],
  present: {
    ...{ atMs: AT_MS + 5_000, value: 1_200_000, longCents: 100_000_000, shortCents: 20_000_000 },
    ...{ orders: 9, isOverLow: false },
    sinceStart: { longCents: 800_000_000, shortCents: 80_000_000, orders: 120 },
  },
  asDecision: () => decision(),
};
const market = (over: Partial<Decision> = {}) =>
  decision({
    ...{ scope: "market", scopeKey: "market", severity: "HIGH", value: 184_600_000 },
    ...{ incidentId: "m", rule: "a", window: snapshot(MARKET_WINDOW), ...over },
    coverage: { watched: ["binance", "bybit", "okx"], dark: [] },
  });

describe("a story", () => {
  test("leads with the most severe incident; the others are lines", () => {
    expect(
      textOf({ decisions: [decision(), whale()] }),
    ).toBe(`🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)
Forced selling. BTC 67,412 → 66,868 (-0.81%) by liquidations on Bybit.
Also: One BTC long liquidated: $1.12M on Bybit (LOW)
Longs $6.81M (92%) · shorts $610K (8%) · 83 liquidations
Largest $1.12M long, Bybit @ 66,930 (bankruptcy price)
Avg liq price 67,060
Bybit $3.41M 46% · Binance $2.75M 37% · OKX $1.26M 17%
At least this much: Binance shows max 1 per symbol per second; OKX does not show the total. Not seen: OKX since 14:02 UTC. 2 of 3 venues watched.
14:06:12 UTC · #A-20417 #A-20418 · running · 2 alerts: MEDIUM, LOW 14:06`);
  });

  test("keeps its highest figure in the first line and says below what it comes to now", () => {
    const lines = textOf({ decisions: [decision()], figures: FIGURES }).split("\n");
    expect(lines[0]).toBe("🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)");
    expect(lines[2]).toBe(
      "Now $1.20M in 5 min, quieter than the lowest level · $8.80M since 14:03 UTC.",
    );
    expect(lines.at(-1)).toBe("14:06:17 UTC · #A-20417 · settling");
  });

  test("rises with its figures, under the severity that was told", () => {
    const higher = decision({ value: 9_900_000, severity: "LOW", atMs: AT_MS + 5_000 });
    const present = { ...FIGURES.present, value: 9_900_000, isOverLow: true };
    const figures = { present, held: [], asDecision: () => higher };
    const [title, ...lines] = textOf({ decisions: [decision()], figures }).split("\n");
    expect(title).toBe("🔴 BTC longs liquidated: $9.90M in 5 min (MEDIUM)");
    expect(lines.at(-1)).toBe("14:06:17 UTC · #A-20417 · running");
  });

  test("that runs again says since when; one that goes on elsewhere says so", () => {
    const again = decision({ decision: "reopened", atMs: AT_MS + 60_000, alertId: "again" });
    const lines = textOf({ decisions: [decision(), again] }, { isContinued: true }).split("\n");
    expect(lines[2]).toBe("Running again since 14:07 UTC.");
    expect(lines.at(-1)).toBe(
      "14:07:12 UTC · #A-20417 · continued below · 2 alerts: MEDIUM 14:06, MEDIUM 14:07",
    );
  });

  test("of the market, calmed: an edit without sound, and a summary that answers it", () => {
    const end = market({ decision: "resolved", atMs: AT_MS + 600_000, alertId: "end" });
    const scene = { decisions: [market(), end] };
    const text = textOf(scene, { kind: "summary", earlier: 1 });
    expect(text).toMatch(/^MARKET liquidations calmed: \$185M in 1[0-9] min, 93% longs\n/);
    expect(text).toContain("This says nothing about what comes next.");
    expect(text).toMatch(/#M-118 · calmed · summary$/);
    expect(renderStory(shown(scene), OPTIONS)).toMatchObject({
      ...{ isSilent: true, mayMention: false, tone: "neutral", severity: "HIGH" },
    });
  });

  test("says once what two rules measure alike", () => {
    const wide = market({ incidentId: "wide", rule: "market-wide", alertId: "wide" });
    const text = textOf({ decisions: [market(), wide] });
    expect(text).not.toContain("Also");
    const hour = market({ incidentId: "hour", windowMs: 3_600_000, alertId: "hour" });
    expect(textOf({ decisions: [market(), hour] })).toContain("Also: MARKET longs liquidated");
  });

  test("folds in what the market's story stands for", () => {
    const about = storyOf({ decisions: [market()] });
    const folded = ["SOL", "XRP", "SOL"].map((scopeKey) => {
      return { rule: "large-caps", scopeKey, severity: "LOW" as const };
    });
    const text = textOf({ decisions: [market()] }, { about: { ...about, folded } });
    expect(text).toContain("3 per-asset alerts folded in here: SOL, XRP.");
  });

  test("tells deleverages and backstops from a tenth of the money on, apart", () => {
    const decisions = [decision()];
    const about = storyOf({ decisions });
    const withOther = (deleverageCents: number, backstopCents = 0) =>
      textOf(
        { decisions },
        { about: { ...about, otherKinds: { deleverageCents, backstopCents } } },
      );
    expect(withOther(74_000_000)).not.toContain("Besides");
    expect(withOther(60_000_000, 15_000_000)).toContain(
      "Besides, $600K auto-deleveraged and $150K taken over by a backstop (10% of the liquidated money, in no sum above).",
    );
  });

  test("shows a target only what was routed to it", () => {
    const about = storyOf({ decisions: [decision(), whale({ severity: "HIGH" })] });
    const { discord } = about.told;
    if (discord === undefined) throw new Error("Discord is told");
    const told = { discord: { ...discord, incidentIds: ["9b1c"] } };
    const text = textOf({ decisions: [decision()] }, { about: { ...about, told } });
    expect(text).toContain("BTC longs liquidated");
    expect(text).not.toContain("Also");
    expect(textOf({ decisions: [decision()] }, { about: { ...about, told: {} } })).toBe("");
  });

  test("is late when its first unseen alert is, and calls roles for CRITICAL alone", () => {
    const critical = decision({ severity: "CRITICAL" });
    const late = { nowMs: AT_MS + 181_000 };
    expect(textOf({ decisions: [critical] }, late)).toMatch(/^DELAYED 🔴 BTC/);
    expect(textOf({ decisions: [critical] }, late)).toContain(
      "Sent 3 min late: this was 14:06 UTC.",
    );
    expect(textOf({ decisions: [critical] }, { ...late, shownAlerts: 1 })).toMatch(/^🔴 BTC/);
    const calls = (scene: Scene, over: Partial<StoryOptions> = {}) =>
      renderStory(shown(scene), { ...OPTIONS, ...over })?.mayMention;
    expect(calls({ decisions: [critical] })).toBe(true);
    expect(calls({ decisions: [critical] }, { label: "SIMULATION" })).toBe(false);
    expect(calls({ decisions: [decision({ severity: "HIGH" })] })).toBe(false);
  });

  test("whose rule was taken away ends where it stood", () => {
    const about = storyOf({ decisions: [decision()] });
    const [incident] = about.incidents;
    if (incident === undefined) throw new Error("It has an incident");
    const ended = { ...incident, end: { atMs: AT_MS + 9_000, decision: null } };
    const over = { about: { ...about, incidents: [ended], endedAtMs: AT_MS + 9_000 } };
    const lines = textOf({ decisions: [decision()] }, over).split("\n");
    expect(lines[0]).toBe("🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)");
    expect(lines.at(-1)).toBe("14:06:21 UTC · #A-20417 · calmed");
  });
});

describe("many messages as one", () => {
  const collection = (kind: "digest" | "overflow", stories: number) => {
    const parts = Array.from({ length: stories }, (_, index) => {
      const told = decision({
        incidentId: `i${index}`,
        scopeKey: `K${index}`,
        alertId: `${index}`,
      });
      return { story: storyOf({ decisions: [told] }), alerts: 1 };
    });
    const incidentNumbers = Object.fromEntries(parts.map((_, index) => [`i${index}`, index + 1]));
    return renderCollection(
      {
        ...{ kind, parts, target: "discord", severity: "MEDIUM", isFirst: true, atMs: AT_MS },
        ...{ alertIds: parts.map((_, index) => String(index)), incidentNumbers },
      },
      OPTIONS,
    );
  };

  test("names the first, counts the rest by severity, and accounts for every alert", () => {
    const message = collection("digest", 40);
    expect(message.title).toBe("40 more alerts, up to MEDIUM: K0, K1, K2, K3, K4, K5, K6, K7");
    expect([...message.title].length).toBeLessThanOrEqual(TITLE_CHARS);
    expect(message.lines[1]).toBe("🔴 K0 longs liquidated: $7.42M in 5 min (MEDIUM) · #A-1");
    expect(message.lines).toHaveLength(17);
    expect(message.lines.at(-1)).toBe("And 25 more: 25 MEDIUM.");
    expect(message.footer).toBe("digest · 40 alerts");
    expect(message.alertIds).toHaveLength(40);
  });

  test("says why, and is delayed when its oldest alert is", () => {
    expect(collection("overflow", 2).lines[0]).toContain("budget");
    const [told] = [decision()];
    const late = renderCollection(
      {
        ...{ kind: "digest", target: "discord", severity: "MEDIUM", isFirst: true, atMs: AT_MS },
        ...{ parts: [{ story: storyOf({ decisions: [told] }), alerts: 1 }], alertIds: ["1"] },
        incidentNumbers: NUMBERS,
      },
      { ...OPTIONS, label: "SIMULATION", nowMs: AT_MS + 240_000 },
    );
    expect(late.title).toBe("SIMULATION DELAYED 1 more alert, up to MEDIUM: BTC");
    expect(late.lines.at(-1)).toBe("Sent 4 min late: this was 14:06 UTC.");
  });

  test("no message gives advice, makes a forecast or says that it has ended well", () => {
    const words =
      /\b(buy|sell|buying opportunity|safe|safely|over|bottom|top is in|squeeze|rekt|moon|resolved|recover\w*|will|expect\w*|should|guarantee\w*)\b/i;
    const scenes: readonly Scene[] = [
      { decisions: [decision(), whale()], figures: FIGURES },
      { decisions: [market(), market({ decision: "resolved", alertId: "end" })] },
      { decisions: [decision(), decision({ decision: "reopened", alertId: "again" })] },
    ];
    const texts = scenes.flatMap((scene) => [
      textOf(scene),
      textOf(scene, { kind: "summary", label: "SIMULATION" }),
      textOf(scene, { isContinued: true, nowMs: AT_MS + 900_000 }),
    ]);
    for (const kind of ["digest", "overflow"] as const) {
      texts.push(plainLines(collection(kind, 30)).join("\n"));
    }
    expect(texts.filter((text) => words.test(text))).toEqual([]);
    expect(words.test("BTC is safe now")).toBe(true);
  });
});
