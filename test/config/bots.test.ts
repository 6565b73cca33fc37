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
        publicKey: null,
        readers: { guilds: ["81384788765712384"], channels: [], roles: [], users: [] },
        admins: { roles: [], users: ["7"] },
      },
      telegram: {
        token: BOT_TOKEN,
        apiBaseUrl: null,
        publicUrl: null,
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

  test("are posted to where HTTP delivery is chosen", () => {
    const publicKey = "0123456789abcdef".repeat(4);
    const text = (mode: string) => `
publicUrl: https://liqwatch.example.com/below
bots:
  discord: { publicKey: "${publicKey}", admins: { users: [7] } }
  telegram: { mode: ${mode}, admins: { users: [42] } }`;
    const { bots, publicUrl } = load(text("webhook"), { env });
    expect(bots.discord?.publicKey).toBe(publicKey);
    expect(bots.telegram?.publicUrl).toBe("https://liqwatch.example.com/below");
    expect(publicUrl).toBe("https://liqwatch.example.com/below");
    expect(load(text("polling"), { env }).bots.telegram?.publicUrl).toBe(null);
  });

  test.each([
    ["http://liqwatch.example.com", false],
    ["liqwatch.example.com", false],
    ["ftp://127.0.0.1", false],
    ["https://u:p@liqwatch.example.com", false],
    ["https://liqwatch.example.com/?a=b", false],
    ["https://liqwatch.example.com/#a", false],
    ["https://liqwatch.example.com:8443/liqwatch/", true],
    ["http://127.0.0.1:8787", true],
    ["http://localhost", true],
    ["http://[::1]:1", true],
    ["http://127.0.0.1.example.com", false],
  ])("publicUrl %s is taken: %s", (url, isTaken) => {
    const lines = linesOf(`publicUrl: "${url}"`);
    expect(lines.length).toBe(isTaken ? 0 : 1);
    if (!isTaken) expect(lines[0]).toContain("an https address without user and query");
    expect(lines.join()).not.toContain("u:p@");
  });

  test.each([
    [
      "telegram: { mode: webhook }",
      "publicUrl: not set, the https address of this daemon, because bots.telegram.mode is webhook",
    ],
    [
      "discord: { publicKey: ab }",
      'bots.discord.publicKey: "ab", the application\'s public key, 64 hexadecimal digits, or null',
    ],
    [
      `discord: { publicKey: "${"0".repeat(64)}" }`,
      `bots.discord.publicKey: "${"0".repeat(64)}", the application's public key, 64 hexadecimal digits, or null`,
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
