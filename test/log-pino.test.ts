import { describe, expect, test } from "vitest";
import { createLog } from "../src/log-pino.ts";
import { BOT_TOKEN, WEBHOOK } from "./config/loading.ts";

/** Everything that `say` makes the log write. */
function written(isTty: boolean, say: (log: ReturnType<typeof createLog>) => void): string {
  let text = "";
  const log = createLog({
    level: "info",
    isTty,
    write: (line) => {
      text += line;
    },
  });
  say(log);
  return text;
}

describe("log", () => {
  test("machines get one JSON object per line, with the fields of children", () => {
    const text = written(false, (log) => {
      log.child({ venue: "okx" }).info({ lagMs: 12 }, "Connected");
      log.debug({}, "Not shown at this level");
    });
    const { time, ...line } = JSON.parse(text);
    expect(line).toEqual({ level: "info", venue: "okx", lagMs: 12, msg: "Connected" });
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(text.endsWith("\n")).toBe(true);
  });

  test("a terminal gets one short line", () => {
    const text = written(true, (log) => log.warn({ venue: "okx", reason: "too slow" }, "Behind"));
    expect(text).toMatch(/^\d\d:\d\d:\d\d warn {2}Behind venue=okx reason="too slow"\n$/);
  });

  test("no word of a venue steers the terminal", () => {
    const reason = "\u001b[2Jgone\u009b1m\u202e";
    const text = written(true, (log) => log.warn({ reason }, "Refused"));
    expect(text.slice(9)).toBe("warn  Refused reason=\\u001b[2Jgone\\u009b1m\\u202e\n");
  });

  test.each([true, false])("no secret is written, wherever it stands (terminal: %s)", (isTty) => {
    const text = written(isTty, (log) => {
      const cause = new Error(`request to ${WEBHOOK} failed`);
      log.error({ err: new Error(`POST ${WEBHOOK}`, { cause }) }, "Sending failed");
      log.error({ error: new Error(`bot${BOT_TOKEN} gone`) }, `At ${WEBHOOK}`);
      log.info({ url: "redis://:canary@h:1", deep: { text: BOT_TOKEN } }, "Connected");
    });
    expect(text).not.toMatch(/canary/i);
    expect(text).toContain("webhooks/123456/***");
    expect(text.match(/\n/g)?.length).toBe(3);
  });
});
