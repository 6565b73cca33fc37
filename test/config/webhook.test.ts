import { describe, expect, test } from "vitest";
import { linesOf, load } from "./loading.ts";

const SECRET = "a-secret-of-32-characters-canary";

function entry(keys: string): string {
  return `notifiers: { hook: { type: webhook, secret: ${SECRET}, ${keys} } }`;
}

describe("a webhook in the configuration", () => {
  test("needs an address and a secret, and takes defaults for the rest", () => {
    expect(load(entry('url: "https://example.com/alerts?key=1"')).targets).toEqual([
      {
        name: "hook",
        type: "webhook",
        purpose: "alerts",
        url: "https://example.com/alerts?key=1",
        secret: SECRET,
        allowPrivate: false,
        minSeverity: "LOW",
        silentBelow: "HIGH",
      },
    ]);
  });

  test("is on by two variables alone, and off without one of them", () => {
    const env = { ALERT_WEBHOOK_URL: "https://example.com/a", ALERT_WEBHOOK_SECRET: SECRET };
    expect(load(null, { env }).targets.map(({ name }) => name)).toEqual(["hook"]);
    const half = load(null, { env: { ...env, ALERT_WEBHOOK_SECRET: "" } });
    expect(half.targets.map(({ name }) => name)).toEqual(["console"]);
    expect(half.notes).toContain("hook is off: ALERT_WEBHOOK_SECRET not set");
    expect(linesOf('notifiers: { hook: { url: "https://example.com/a" } }')).toEqual([
      "notifiers.hook: needs ALERT_WEBHOOK_SECRET, every variable of a notifier that the file names to be set and not empty",
    ]);
  });

  test.each([
    ["http://example.com/a", "http needs allowPrivate: true"],
    ["ftp://example.com/a", "an address such as https://example.com/alerts"],
    ["example.com", "an address such as https://example.com/alerts"],
    ["https://user:canary@example.com/a", "an address without user, password and #"],
    ["https://example.com/a#b", "an address without user, password and #"],
    ["https://127.0.0.1/a", "a public address; this one needs allowPrivate: true"],
    ["https://2130706433/a", "a public address; this one needs allowPrivate: true"],
    ["https://0x7f.1/a", "a public address; this one needs allowPrivate: true"],
    ["https://[::1]/a", "a public address; this one needs allowPrivate: true"],
    ["https://169.254.169.254/latest", "this one is reserved"],
    ["https://[::ffff:127.0.0.1]/a", "this one is reserved"],
  ])("%s is refused without being shown", (url, expected) => {
    const [line, ...others] = linesOf(entry(`url: "${url}"`));
    expect(others).toEqual([]);
    expect(line).toMatch(/^notifiers\.hook\.url: \(hidden, \d+ characters\), /);
    expect(line).toContain(expected);
    expect(line).not.toContain("canary");
  });

  test.each(["http://127.0.0.1:9000/a", "http://localhost:9000", "https://[fd00::1]/a"])(
    "%s is taken with allowPrivate",
    (url) => {
      expect(linesOf(entry(`url: "${url}", allowPrivate: true`))).toEqual([]);
    },
  );

  test("metadata services stay refused with allowPrivate", () => {
    const url = 'url: "http://169.254.169.254/latest", allowPrivate: true';
    expect(linesOf(entry(url))[0]).toContain("this one is reserved");
  });

  test("a short secret is refused and not shown", () => {
    const text = "notifiers: { hook: { type: webhook, url: 'https://x.test', secret: canary } }";
    expect(linesOf(text)).toEqual([
      "notifiers.hook.secret: (hidden, 6 characters), 16 to 200 letters, digits and signs without spaces",
    ]);
  });
});
