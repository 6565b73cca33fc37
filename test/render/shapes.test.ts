import { describe, expect, test } from "vitest";
import { checkWebhookBody } from "../../src/demo/discord-body.ts";
import { readTelegramHtml } from "../../src/demo/telegram-html.ts";
import type { RenderedMessage } from "../../src/notifiers/notifier.ts";
import { cut } from "../../src/render/cut.ts";
import { discordBody, EMBED_LIMITS, escapeMarkdown } from "../../src/render/discord.ts";
import { renderMessage } from "../../src/render/message.ts";
import { escapeHtml, telegramHtml, telegramPlain } from "../../src/render/telegram.ts";
import { AT_MS, decision, NOTES } from "./samples.ts";

const message = (over: Partial<RenderedMessage> = {}): RenderedMessage => ({
  ...renderMessage([decision({ severity: "CRITICAL" })], {
    incidentNumber: 20_417,
    nowMs: AT_MS,
    label: null,
    silentBelow: "HIGH",
    venueNotes: NOTES,
  }),
  ...over,
});
const HUGE = "🔴 <b>&*_`@everyone ".repeat(1_000);

describe("Discord's shape", () => {
  test("is one embed in the colour of the side, with the moment in the reader's clock", () => {
    const body = discordBody(message(), []);
    const [embed] = body.embeds;
    expect(body).toMatchObject({ username: "liqwatch", allowed_mentions: { parse: [] } });
    expect(body.flags).toBeUndefined();
    expect(embed).toMatchObject({
      title: "🔴 BTC longs liquidated: $7.42M in 5 min (CRITICAL)",
      description: `Forced selling. BTC 67,412 → 66,868 (-0.81%) by liquidations on Bybit.\n<t:${AT_MS / 1000}:R>`,
      color: 0xd83c3e,
      footer: { text: "#A-20417 · opened" },
      timestamp: "2026-11-19T14:06:12.000Z",
    });
    expect(embed?.fields.map(({ name, inline }) => [name, inline])).toEqual([
      ["Longs", true],
      ["Shorts", true],
      ["Liquidations", true],
      ["Largest", true],
      ["Avg liq price", true],
      ["Where", false],
      ["Seen", false],
    ]);
  });

  test("is silent and calls roles only when the message does", () => {
    expect(discordBody(message({ isSilent: true }), []).flags).toBe(4_096);
    expect(discordBody(message(), ["42"])).toMatchObject({
      content: "<@&42>",
      allowed_mentions: { parse: [], roles: ["42"] },
    });
    expect(discordBody(message({ mayMention: false }), ["42"]).content).toBeUndefined();
  });

  test("takes the meaning from foreign markdown and mentions", () => {
    expect(escapeMarkdown("*a* _b_ ~~c~~ `d` ||e|| [f](g)")).toBe(
      "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\` \\|\\|e\\|\\| \\[f\\](g)",
    );
    expect(escapeMarkdown("@everyone <@1> <t:1:R>\n# head")).toBe(
      "@\u200beveryone \\<@\u200b1> \\<t:1:R>\n\\# head",
    );
    expect(escapeMarkdown("https://win.example/now")).toBe("https:\u200b//win.example/now");
    expect(escapeMarkdown("Bybit @ 66,930 <1%")).toBe("Bybit @ 66,930 <1%");
  });

  test("is cut and never refused, and keeps the coverage", () => {
    const fields = Array.from({ length: 40 }, () => ({ name: HUGE, value: HUGE, isInline: true }));
    const body = discordBody(
      message({ title: HUGE, lines: [HUGE, HUGE], fields, footer: HUGE, coverage: HUGE }),
      [],
    );
    expect(checkWebhookBody(body)).not.toHaveProperty("message");
    expect(body.embeds[0]?.fields.at(-1)?.name).toBe("Seen");
  });

  test("fills in what Discord refuses empty", () => {
    const body = discordBody(message({ fields: [{ name: "", value: "", isInline: true }] }), []);
    expect(body.embeds[0]?.fields[0]).toEqual({ name: "-", value: "-", inline: true });
  });

  test("uses the limits that Discord documents", () => {
    expect(EMBED_LIMITS).toMatchObject({
      title: 256,
      fields: 25,
      total: 6_000,
      description: 4_096,
    });
  });
});

describe("Telegram's shape", () => {
  test("is bold, plain and italic blocks", () => {
    expect(telegramHtml(message())).toBe(`<b>🔴 BTC longs liquidated: $7.42M in 5 min (CRITICAL)</b>
Forced selling. BTC 67,412 → 66,868 (-0.81%) by liquidations on Bybit.

Longs $6.81M (92%) · shorts $610K (8%) · 83 liquidations
Largest $1.12M long, Bybit @ 66,930 (bankruptcy price)
Avg liq price 67,060
Bybit $3.41M 46% · Binance $2.75M 37% · OKX $1.26M 17%

<i>At least this much: Binance shows max 1 per symbol per second; OKX does not show the total. Not seen: OKX since 14:02 UTC. 2 of 3 venues watched.</i>
<i>14:06:12 UTC · #A-20417 · opened</i>`);
  });

  test("is cut at whole tags and stays readable to Telegram", () => {
    const html = telegramHtml(
      message({
        title: HUGE,
        lines: [HUGE, HUGE, HUGE],
        facts: Array(30).fill(HUGE),
        coverage: HUGE,
      }),
    );
    expect(html.length).toBeLessThanOrEqual(4_096);
    expect(readTelegramHtml(html)).toHaveProperty("text");
    expect(telegramPlain(message({ lines: [HUGE] })).length).toBeLessThanOrEqual(4_096);
  });

  test("escapes what the parser reads, and the parser gives it back", () => {
    const text = `<b>&lt;"'&amp;</b> <1% "x" & y`;
    expect(escapeHtml("<&>")).toBe("&lt;&amp;&gt;");
    expect(readTelegramHtml(escapeHtml(text))).toEqual({ text });
  });
});

test("a cut text ends in an ellipsis and never in half a character", () => {
  expect(cut("abcdef", 6)).toBe("abcdef");
  expect(cut("abcdef", 4)).toBe("abc…");
  expect(cut("ab🔴🔴", 4)).toBe("ab…");
});
