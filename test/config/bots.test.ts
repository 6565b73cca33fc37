import { describe, expect, test } from "vitest";
import { BOT_TOKEN, linesOf, load } from "./loading.ts";

const env = { DISCORD_BOT_TOKEN: "MTIz.canary-token.x_y", TELEGRAM_BOT_TOKEN: BOT_TOKEN };

describe("bots", () => {
  test("are on when their variable is set and somebody may ask", () => {
    const text = `
bots:
  discord: { readers: { guilds: ["81384788765712384"] }, admins: { users: [7] } }
  telegram: { readers: { chats: [-1001234567890] }, admins: { users: ["42"] } }
`;
    const { bots, notes } = load(text, { env });
    expect(bots).toEqual({
      discord: {
        token: env.DISCORD_BOT_TOKEN,
        apiBaseUrl: null,
        readers: { guilds: ["81384788765712384"], channels: [], roles: [], users: [] },
        admins: { roles: [], users: ["7"] },
      },
      telegram: {
        token: BOT_TOKEN,
        apiBaseUrl: null,
        readers: { chats: ["-1001234567890"], users: [] },
        admins: { users: ["42"] },
      },
    });
    expect(notes.filter((note) => note.includes("bot is off"))).toEqual([]);
  });

  test("whose variable is unset are off and named once, and never an error", () => {
    const { bots, notes } = load("bots: { telegram: { admins: { users: [42] } } }");
    expect(bots).toEqual({ discord: null, telegram: null });
    expect(notes.slice(-2)).toEqual([
      "discord bot is off: DISCORD_BOT_TOKEN not set",
      "telegram bot is off: TELEGRAM_BOT_TOKEN not set",
    ]);
  });

  test("whom nobody may ask are not even connected", () => {
    const { bots, notes } = load("bots: { discord: { token: null } }", { env });
    expect(bots).toEqual({ discord: null, telegram: null });
    expect(notes.filter((note) => note.includes("bot is off"))).toEqual([
      "telegram bot is off: nobody may ask (bots.telegram.readers and admins are empty)",
    ]);
  });

  test("take a token of the environment by the setting's own name", () => {
    const text = "bots: { telegram: { readers: { users: [1] } } }";
    const named = { LIQWATCH_BOTS_TELEGRAM_TOKEN: BOT_TOKEN };
    expect(load(text, { env: named }).bots.telegram?.token).toBe(BOT_TOKEN);
  });

  test.each([
    [
      "telegram: { mode: webhook }",
      'bots.telegram.mode: "webhook", polling; webhook is not in this version',
    ],
    [
      "discord: { publicKey: ab }",
      "bots.discord.publicKey: is not in this version, a key of this version",
    ],
    [
      "telegram: { readers: { chat: [1] } }",
      "bots.telegram.readers.chat: unknown key, one of chats, users; did you mean chats?",
    ],
    [
      "telegram: { readers: { users: [x] } }",
      'bots.telegram.readers.users[0]: "x", a user id of digits',
    ],
    [
      "discord: { readers: { guilds: [81384788765712384] } }",
      "bots.discord.readers.guilds[0]: 81384788765712380, an id of digits, in quotes",
    ],
    [
      "telegram: { token: canary/x, admins: { users: [1] } }",
      "bots.telegram.token: (hidden, 8 characters), a token of @BotFather: digits, a colon, letters and digits",
    ],
    [
      "discord: { token: 'a b', admins: { users: [1] } }",
      "bots.discord.token: (hidden, 3 characters), a bot token: letters, digits, dots, - and _",
    ],
  ])("%s is told", (entry, line) => {
    expect(linesOf(`bots: { ${entry} }`)).toEqual([line]);
  });
});
