import { describe, expect, test } from "vitest";
import { standingInDiscord, standingInTelegram } from "../../src/commands/authorize.ts";

const NO_READERS = { guilds: [], channels: [], roles: [], users: [] };
const NO_ADMINS = { roles: [], users: [] };
const asker = { guildId: "g1", channelIds: ["c1", "p1"], roleIds: ["r1", "r2"], userId: "u1" };

describe("Discord", () => {
  test.each([
    ["nobody is listed", {}, {}, "stranger"],
    ["the guild", { guilds: ["g1"] }, {}, "reader"],
    ["another guild", { guilds: ["g2"] }, {}, "stranger"],
    ["the channel", { channels: ["c1"] }, {}, "reader"],
    ["the channel above a thread", { channels: ["p1"] }, {}, "reader"],
    ["one of the roles", { roles: ["r2"] }, {}, "reader"],
    ["the user", { users: ["u1"] }, {}, "reader"],
    [
      "ids of another kind",
      { guilds: ["u1"], channels: ["g1"], roles: ["c1"], users: ["r1"] },
      {},
      "stranger",
    ],
    ["an admin who is no reader", {}, { users: ["u1"] }, "admin"],
    ["an admin's role", { guilds: ["g1"] }, { roles: ["r1"] }, "admin"],
    ["another's admin role", { guilds: ["g1"] }, { roles: ["r9"], users: ["u9"] }, "reader"],
  ])("%s: %o %o", (_, readers, admins, expected) => {
    const settings = {
      readers: { ...NO_READERS, ...readers },
      admins: { ...NO_ADMINS, ...admins },
    };
    expect(standingInDiscord(asker, settings)).toBe(expected);
  });

  test("a direct message is in no guild", () => {
    const dm = { guildId: null, channelIds: ["d"], roleIds: [], userId: "u1" };
    const readers = { ...NO_READERS, guilds: ["g1", "null"] };
    expect(standingInDiscord(dm, { readers, admins: NO_ADMINS })).toBe("stranger");
  });
});

describe("Telegram", () => {
  test.each([
    [{ chatId: "-1", userId: "7" }, [], [], [], "stranger"],
    [{ chatId: "-1", userId: "7" }, ["-1"], [], [], "reader"],
    [{ chatId: "-2", userId: "7" }, ["-1"], [], [], "stranger"],
    [{ chatId: "7", userId: "7" }, [], ["7"], [], "reader"],
    [{ chatId: "-2", userId: "7" }, [], ["7"], [], "reader"],
    [{ chatId: "-2", userId: "7" }, [], [], ["7"], "admin"],
    [{ chatId: "-1", userId: null }, ["-1"], [], [], "reader"],
    [{ chatId: "-1", userId: null }, [], ["null"], ["null"], "stranger"],
    [{ chatId: "7", userId: "8" }, [], ["7"], ["7"], "stranger"],
  ])("%o chats %o users %o admins %o: %s", (who, chats, users, admins, expected) => {
    const settings = { readers: { chats, users }, admins: { users: admins } };
    expect(standingInTelegram(who, settings)).toBe(expected);
  });
});
