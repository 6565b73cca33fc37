import { expect, test } from "vitest";
import { scrub } from "../src/scrub.ts";

test.each([
  "https://discord.com/api/webhooks/123/canary-TOKEN_x",
  "POST http://127.0.0.1:1/api/v10/webhooks/123/canary failed",
  "https://api.telegram.org/bot123456:canaryCanary-1/sendMessage",
  "token 123456789:AAcanaryAAcanaryAAcanaryAAcanary1 is wrong",
  "connect postgres://liq:canary@db:5432/x refused",
  "authorization: Bearer canarycanarycanary",
  "redis://:canary@10.0.0.1:6379",
  "postgres://liq:can@ary@db/x and postgres://a:canary@db/y",
])("no secret is left in %s", (text) => {
  expect(scrub(text)).not.toMatch(/canary|ary@/);
  expect(scrub(text)).toContain("***");
});

test("everything else is unchanged", () => {
  const text = "BTC:long opened at 12:30:05, see https://example.org/a:b and 2026-11-20T10:00:00Z";
  expect(scrub(text)).toBe(text);
});
