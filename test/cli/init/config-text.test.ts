import { describe, expect, test } from "vitest";
import { type Answers, configText, envText } from "../../../src/cli/init/config-text.ts";
import { withEnvFile } from "../../../src/config/env-file.ts";
import { load } from "../../config/loading.ts";

const NOTHING: Answers = {
  ...{ webhookUrl: null, telegram: null, webhook: null, preset: "normal", venuesOff: [] },
  ...{ discordApi: null, telegramApi: null },
};

describe("the configuration as text", () => {
  test("without answers it is the defaults, and says where they are explained", () => {
    const { file, ...settings } = load(configText(NOTHING));
    expect(file).toBe("own.yaml");
    expect({ ...settings, file: null }).toEqual(load(null));
    expect(configText(NOTHING)).toContain("config/liqwatch.yaml");
  });

  test("the lines that are commented out are right once the # is gone", () => {
    const lines = configText({ ...NOTHING, webhookUrl: "https://x" }).split("\n");
    const open = lines.map((line) =>
      line.replace(/^(\s*)# (http:| {2}port:|minSeverity:)/, "$1$2"),
    );
    const env = { DISCORD_WEBHOOK_URL: "https://discord.com/api/webhooks/1/a" };
    const { targets, http } = load(open.join("\n"), { env });
    expect(targets).toMatchObject([{ name: "discord", minSeverity: "LOW" }]);
    expect(http.port).toBe(8787);
  });
});

describe("the secrets as text", () => {
  test("are added to what is there, in the place of older ones, each once", () => {
    const before = "# mine\nexport A=1\nB = old\nB=older\n\nC=3";
    const text = envText(before, { A: "x-1", B: "http://h/p?q=#1", D: "7:a_b" });
    expect(text).toBe("# mine\nA=x-1\nB='http://h/p?q=#1'\n\nC=3\nD=7:a_b\n");
    expect(withEnvFile({}, null, () => text)).toEqual({
      ...{ A: "x-1", B: "http://h/p?q=#1", C: "3", D: "7:a_b" },
    });
    expect(envText(text, { A: "x-1", D: "7:a_b" })).toBe(text);
  });

  test("without a file there is one line of warning above them", () => {
    expect(envText(null, { A: "1" })).toBe(
      "# Secrets of liqwatch: keep them out of git and chats.\nA=1\n",
    );
  });
});
