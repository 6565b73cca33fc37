import { describe, expect, test } from "vitest";
import { readTelegramHtml } from "../../src/demo/telegram-html.ts";
import {
  DISCORD_CONTENT_CHARS_MAX,
  labelled,
  type Reply,
  replyHtml,
  replyMarkdown,
  replyPlain,
  sentence,
} from "../../src/render/reply.ts";
import { alignedTable } from "../../src/render/table.ts";
import { TELEGRAM_TEXT_CHARS_MAX } from "../../src/render/telegram.ts";

const REPLY: Reply = {
  title: "BTC liquidations",
  warnings: ["Partial: OKX not seen."],
  table: ["     total", "1h   $6.2M"],
  lines: ["Lower bound."],
};
const EVIL = "<b>x</b> @everyone <@&123> **bold** `code` [a](http://x) | || ~~ # > _ \\ '; DROP--";

describe("a reply", () => {
  test("in Telegram: title, warning, table in a fixed width, lines", () => {
    expect(replyHtml(REPLY)).toBe(
      "<b>BTC liquidations</b>\n<i>Partial: OKX not seen.</i>\n<pre>     total\n1h   $6.2M</pre>\nLower bound.",
    );
  });

  test("in Discord", () => {
    expect(replyMarkdown(REPLY)).toBe(
      "**BTC liquidations**\nPartial: OKX not seen.\n```\n     total\n1h   $6.2M\n```\nLower bound.",
    );
  });

  test("as plain text, and with the label of a simulation", () => {
    expect(replyPlain(labelled(REPLY, "SIMULATION")).split("\n")[0]).toBe(
      "SIMULATION · BTC liquidations",
    );
    expect(labelled(REPLY, null)).toBe(REPLY);
  });

  test("holds nothing that a service could read as markup or as a name", () => {
    const evil = { title: EVIL, warnings: [EVIL], table: [EVIL], lines: [EVIL] };
    const html = readTelegramHtml(replyHtml(evil));
    const shown = EVIL.replaceAll("@", "@\u200b").replace("://", ":\u200b//");
    expect(html).toEqual({ text: [shown, shown, shown, shown].join("\n") });
    expect(replyPlain(evil)).toBe([shown, shown, shown, shown].join("\n"));
    const markdown = replyMarkdown(evil);
    // Inside the fence nothing but its end is read.
    const [before = "", , after = ""] = markdown.split("```");
    expect(before + after).not.toMatch(/@everyone|(?<!\\)<|(?<!\\)\[/);
    expect(markdown).not.toContain("@everyone");
    expect(markdown.match(/```/g)).toHaveLength(2);
    expect(markdown.split("\n")[0]).toBe(
      "**\\<b\\>x\\</b\\> @\u200beveryone \\<@\u200b&123\\> \\*\\*bold\\*\\* \\`code\\` \\[a\\](http:\u200b//x) \\| \\|\\| \\~\\~ \\# \\> \\_ \\\\ '; DROP--**",
    );
  });

  test("fits whatever is in it, and its markup stays whole", () => {
    const long = {
      title: "<".repeat(5_000),
      warnings: ["&".repeat(5_000)],
      table: Array.from({ length: 500 }, (_, row) => `<row ${row}> & more`),
      lines: Array.from({ length: 100 }, () => "*".repeat(900)),
    };
    const html = replyHtml(long);
    expect(html.length).toBeLessThanOrEqual(TELEGRAM_TEXT_CHARS_MAX);
    expect(readTelegramHtml(html)).toHaveProperty("text");
    expect(replyMarkdown(long).length).toBeLessThanOrEqual(DISCORD_CONTENT_CHARS_MAX);
    expect(replyPlain(long).length).toBeLessThanOrEqual(TELEGRAM_TEXT_CHARS_MAX);
  });

  test("says how many lines of its table were left out", () => {
    const table = Array.from({ length: 200 }, (_, row) => `row number ${row}`);
    const text = replyMarkdown({ ...sentence("Long", "End"), table });
    expect(text).toMatch(/\n… \d+ more lines\n```\nEnd$/);
    expect(text).toContain("row number 0\n");
  });
});

test("columns are aligned by what readers see, long cells are cut", () => {
  const rows = [
    ["● Bybit", "$112M", "ok"],
    ["○ OKX", "?"],
    ["x".repeat(40), "$1"],
  ];
  expect(alignedTable(rows, ["left", "right", "left"])).toEqual([
    `● Bybit${" ".repeat(17)}  $112M  ok`,
    `○ OKX${" ".repeat(19)}      ?`,
    `${"x".repeat(23)}…     $1`,
  ]);
});
