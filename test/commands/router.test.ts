import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/commands/index.ts";
import { route } from "../../src/commands/router.ts";

const options = { commands: COMMANDS, botName: "liqwatch_bot" };
const asked = (text: string) => {
  const routed = route(text, options);
  return routed?.type === "command" ? [routed.command.name, ...routed.words] : null;
};

describe("routing", () => {
  test.each([
    ["/liq24h", ["liq24h"]],
    ["/liq24h@liqwatch_bot btc", ["liq24h", "btc"]],
    ["/LIQ24H@LiqWatch_Bot  BTC ", ["liq24h", "BTC"]],
    ["  /rekt btc, bybit.", ["liq24h", "btc", "bybit"]],
    ["/exchanges", ["venues"]],
    ["/feeds all", ["venues", "all"]],
    ["/liq\nbtc\t5m", ["liq", "btc", "5m"]],
    ["/alerts suppressed?", ["alerts", "suppressed"]],
  ])("%s", (text, expected) => {
    expect(asked(text)).toEqual(expected);
  });

  test.each([
    ...["liq24h", "hello /liq24h", "/liq24h@other_bot btc", "/", "/@liqwatch_bot", "", "//liq"],
    ...["/liq24h@liqwatch_bot_2", "/liq24h-x", "💥"],
  ])("%s is no question of ours", (text) => {
    expect(route(text, options)).toBe(null);
  });

  test("an unknown command is told with the nearest one", () => {
    const routed = route("/whals 5", options);
    expect(routed).toMatchObject({ type: "unknown", hasNearest: true, isAddressed: false });
    expect(routed?.type === "unknown" && routed.reply.lines).toEqual([
      "Did you mean /whales? /help lists them all.",
    ]);
    expect(route("/frobnicate@liqwatch_bot", options)).toMatchObject({
      ...{ type: "unknown", hasNearest: false, isAddressed: true },
    });
  });

  test("a pasted book is cut, not read", () => {
    expect(asked(`/liq ${"btc ".repeat(10_000)}`)?.length).toBeLessThan(101);
  });
});

test("names are what both services allow, and unlike each other", () => {
  const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z0-9_]{1,32}$/.test(name))).toEqual([]);
  for (const { summary, takes } of COMMANDS) {
    for (const text of [summary, ...takes.map((one) => one.summary)]) {
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(100);
    }
  }
});
