import { expect, test } from "vitest";
import { linesOf, load } from "./loading.ts";

test("accounts to watch belong to Hyperliquid, are checked one by one, and are ten at most", () => {
  const account = `"0x${"aB".repeat(20)}"`;
  const watching = (venue: string, names: string) => `venues: { ${venue}: { watch: [${names}] } }`;
  const settings = load(watching("hyperliquid", account));
  const watched = settings.venues.flatMap(({ id, watch }) => (watch ? [[id, watch]] : []));
  expect(watched).toEqual([["hyperliquid", [`0x${"aB".repeat(20)}`]]]);
  expect(linesOf(watching("hyperliquid", `${account}, "0x12"`))).toEqual([
    'venues.hyperliquid.watch[1]: "0x12", an account: 0x and 40 hex digits',
  ]);
  const tooMany = linesOf(watching("hyperliquid", Array(11).fill(account).join()));
  expect(tooMany[0]).toMatch(/^venues\.hyperliquid\.watch: .*, at most 10 names$/);
  expect(linesOf(watching("okx", account))[0]).toContain("venues.okx.watch: unknown key");
});

test("rounds of a polled venue may be shortened as far as it allows, and belong to no other", () => {
  const asking = (venue: string, pollEvery: string) =>
    `venues: { ${venue}: { pollEvery: ${pollEvery} } }`;
  const settings = load(asking("paradex", "30s"));
  const rounds = settings.venues.flatMap(({ id, pollEvery }) =>
    pollEvery ? [[id, pollEvery]] : [],
  );
  expect(rounds).toEqual([
    ["paradex", 30_000],
    ["coinex", 60_000],
  ]);
  const expected = 'venues.paradex.pollEvery: "4s", 5s to 120s';
  expect(linesOf(asking("paradex", "4s"))).toEqual([expected]);
  expect(linesOf(asking("coinex", "3m"))[0]).toContain("40s to 60s");
  expect(linesOf(asking("orderly", "5s"))[0]).toContain("venues.orderly.pollEvery: unknown key");
});
