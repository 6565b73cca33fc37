import { describe, expect, test } from "vitest";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import { asking } from "./asking.ts";

describe("the desk", () => {
  test("strangers are not even looked at, and leave nothing behind", async () => {
    const { desk, ask } = asking();
    const before = JSON.stringify(desk);
    for (let stranger = 0; stranger < 10_000; stranger += 1) {
      const outcome = await ask("/liq24h btc", "stranger", `telegram:${stranger}`);
      if (outcome.type !== "ignored") throw new Error(outcome.type);
    }
    expect(JSON.stringify(desk)).toBe(before);
  });

  test("one question in five seconds: told once, then silence, then answered again", async () => {
    const { ask, pass } = asking();
    expect(await ask("/venues")).toMatchObject({ type: "reply" });
    pass(1_000);
    expect(await ask("/venues")).toMatchObject({
      ...{ type: "limited", isFirst: true },
      reply: { lines: ["One question in 5 s, ten in 5 min; the next in 4 s."] },
    });
    expect(await ask("/venues")).toMatchObject({ type: "limited", isFirst: false });
    expect(await ask("/venues", "reader", "telegram:2")).toMatchObject({ type: "reply" });
    pass(4_000);
    expect(await ask("/venues")).toMatchObject({ type: "reply" });
    expect(await ask("/venues")).toMatchObject({ type: "limited", isFirst: true });
  });

  test("mistyped questions are counted like others", async () => {
    const { ask } = asking();
    expect(await ask("/nonsense")).toMatchObject({ type: "reply" });
    expect(await ask("/nonsense")).toMatchObject({ type: "limited" });
  });

  test("other bots' commands in a group are none of our business", async () => {
    const { desk } = asking();
    const by = { standing: "reader" as const, by: "telegram:1", botName: "liqwatch_bot" };
    const inGroup = (text: string) => desk.ask({ ...by, text, isForUs: false });
    expect(await inGroup("/weather")).toEqual({ type: "ignored" });
    expect(await inGroup("good morning")).toEqual({ type: "ignored" });
    expect(await inGroup("/weather@liqwatch_bot")).toMatchObject({ type: "reply" });
  });

  test("what breaks inside goes to the log, not to whoever asked", async () => {
    const said: string[] = [];
    const log: Log = { ...SILENT_LOG, error: (fields) => said.push(String(fields.reason)) };
    const store = () => Promise.reject(new Error("secret path /data/x"));
    const { read } = asking({ store }, log);
    expect(await read("/alerts")).toBe("No answer\nSomething went wrong here; the log says what.");
    expect(said).toEqual(["secret path /data/x"]);
  });

  test("a reader cannot mute, an admin can, and is named", async () => {
    const { ask, daemon, pass } = asking();
    expect(await ask("/mute btc")).toMatchObject({ reply: { title: "/mute is for admins" } });
    expect(daemon.mutes).toEqual([]);
    pass(5_000);
    await ask("/mute btc 2h", "admin");
    expect(daemon.mutes).toMatchObject([{ asset: "BTC", by: "telegram:1" }]);
    pass(5_000);
    expect(await ask("/unmute btc")).toMatchObject({ reply: { title: "/unmute is for admins" } });
    expect(daemon.mutes).toHaveLength(1);
  });

  test("a store that is silent is given up", async () => {
    const silent = () => new Promise<void>(() => undefined);
    const { ask } = asking({ store: silent }, SILENT_LOG, 1 / 1_000);
    expect(await ask("/alerts")).toMatchObject({ reply: { title: "No answer" } });
  });

  test.each([
    ...["/liq24h <script>alert(1)</script>", "/liq24h '; DROP TABLE liquidation_alerts; --"],
    ...[
      "/liq24h @everyone",
      "/liq24h **x** `y`",
      "/top 1e9",
      "/top NaN",
      "/liq -5m btc",
      "/liq 0s",
    ],
    ...["/mute btc -1h", "/whales $-5", "/whales $99999999999999999999", "/alerts 99999999999"],
    ...[
      "/liq24h ${jndi:ldap://x}",
      "/liq24h \u202ebtc",
      "/help __proto__",
      "/thresholds constructor",
    ],
    `/liq ${"9".repeat(300)}`,
  ])("%s: a helpful answer, nothing done", async (text) => {
    const { daemon, ask } = asking();
    const outcome = await ask(text, "admin");
    expect(outcome).toMatchObject({ type: "reply" });
    expect(outcome).not.toMatchObject({ reply: { title: "No answer" } });
    expect(daemon.mutes).toEqual([]);
  });
});
