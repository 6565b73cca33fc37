import { describe, expect, test } from "vitest";

/** The page's scripts are plain JavaScript without types; their addresses keep the compiler out. */
const load = (name: string) => import(new URL(`../../web/${name}`, import.meta.url).href);
const format = await load("format.js");
const markup = await load("markup.js");

describe("the page's numbers", () => {
  test.each([
    [7_420_000, "$7.42M"],
    [610_000, "$610K"],
    [185_400_000, "$185M"],
    [58_234, "$58.2K"],
    [999_600, "$1.00M"],
    [999.6, "$1.00K"],
    [85.4, "$85"],
    [0, "$0"],
    [1_250_000_000, "$1.25B"],
    [null, "unpriced"],
  ])("money of %s reads %s", (usd, text) => {
    expect(format.money(usd)).toBe(text);
  });

  test.each([
    [400, "0 s"],
    [4_900, "4 s"],
    [59_999, "59 s"],
    [720_000, "12 min"],
    [7_200_000, "2 h"],
    [-5, "0 s"],
  ])("%i ms last %s", (ms, text) => {
    expect(format.duration(ms)).toBe(text);
  });

  test.each([
    [100, "100 ms"],
    [2_500, "2.5 s"],
    [10_000, "10 s"],
    [90_000, "90 s"],
    [300_000, "5 min"],
    [86_400_000, "24 h"],
  ])("a window of %i ms is %s", (ms, text) => {
    expect(format.windowText(ms)).toBe(text);
  });

  test("a share is of the whole as it is now, also for a part that stays", () => {
    const part = { name: "BTC", totalUsd: 250 };
    expect(format.withShares([part], 500)).toEqual([{ ...part, share: "50%", barPct: 50 }]);
    expect(format.withShares([part], 4_000)).toEqual([{ ...part, share: "6%", barPct: 6.3 }]);
    expect(format.withShares([part], 0)).toEqual([{ ...part, share: "0%", barPct: 0 }]);
  });

  test("small prices keep their digits", () => {
    expect(format.price(0.00001234)).toBe("0.00001234");
    expect(format.price(67_412.5)).toBe("67,412.5");
  });

  test("the side is always a word", () => {
    expect(format.mainSide(92, 8)).toEqual({ name: "long", words: "92% longs" });
    expect(format.mainSide(8, 92)).toEqual({ name: "short", words: "92% shorts" });
    expect(format.mainSide(50, 50)).toEqual({ name: "mixed", words: "50% longs, 50% shorts" });
    expect(format.mainSide(0, 0)).toEqual({ name: "mixed", words: "no money yet" });
  });
});

describe("Telegram's markup", () => {
  test("becomes runs of plain text with marks", () => {
    expect(markup.telegramRuns("🔴 <b>BTC <i>longs</i></b>: 5 &lt; 6 &amp; 7")).toEqual([
      { text: "🔴 ", marks: [] },
      { text: "BTC ", marks: ["strong"] },
      { text: "longs", marks: ["strong", "em"] },
      { text: ": 5 < 6 & 7", marks: [] },
    ]);
  });

  test("a table keeps its width, and the line after it is its own", () => {
    expect(markup.telegramRuns("<b>T</b>\n<pre>a  b\n1  2</pre>\nend")).toEqual([
      { text: "T", marks: ["strong"] },
      { text: "\n", marks: [] },
      { text: "a  b\n1  2", marks: ["pre"] },
      { text: "end", marks: [] },
    ]);
  });

  test("loses every tag that Telegram does not know, with its attributes", () => {
    const runs = markup.telegramRuns('<img src=x onerror="alert(1)">a<script>b</script>&lt;c&gt;');
    expect(runs.map((run: { text: string }) => run.text).join("")).toBe("ab<c>");
    expect(runs.flatMap((run: { marks: string[] }) => run.marks)).toEqual([]);
  });

  test("survives tags that are closed twice, never, or out of order", () => {
    const runs = markup.telegramRuns("</b><b>x<i>y</b>z");
    expect(runs).toEqual([
      { text: "x", marks: ["strong"] },
      { text: "y", marks: ["strong", "em"] },
      { text: "z", marks: ["em"] },
    ]);
  });
});

const SECONDS = Date.UTC(2026, 10, 20, 14, 5, 24) / 1_000;

describe("Discord's markup", () => {
  test("shows bold text, code and escaped signs", () => {
    expect(markup.discordRuns("a \\*b\\* **c** `d`")).toEqual([
      { text: "a *b* ", marks: [] },
      { text: "c", marks: ["strong"] },
      { text: " ", marks: [] },
      { text: "d", marks: ["code"] },
    ]);
  });

  test.each([
    ["t", "14:05 UTC"],
    ["T", "14:05:24 UTC"],
    ["d", "2026-11-20"],
    ["f", "2026-11-20 14:05 UTC"],
  ])("shows a timestamp of style %s", (style, text) => {
    expect(markup.discordRuns(`<t:${SECONDS}:${style}>`)).toEqual([{ text, marks: ["time"] }]);
  });

  test("leaves relative timestamps to the page's clock", () => {
    expect(markup.discordRuns(`since <t:${SECONDS}:R>.`)).toEqual([
      { text: "since ", marks: [] },
      { text: "", marks: [], at: "2026-11-20T14:05:24.000Z" },
      { text: ".", marks: [] },
    ]);
  });
});
