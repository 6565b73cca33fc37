/** Files sent to the local services, over the wire, with the limits of the real ones. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordServer, startDiscordServer } from "../../src/demo/discord-server.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { TINY_PNG } from "../pictures/sample-charts.ts";

const TOKEN = "7000000001:AAlocal-token";
let discord: DiscordServer;
let telegram: TelegramServer;

beforeEach(async () => {
  const common = { runtime: nodeRuntime, limits: false };
  discord = await startDiscordServer({ ...common, webhooks: 1 });
  telegram = await startTelegramServer({ ...common, botToken: TOKEN, chats: ["7"] });
});
afterEach(async () => {
  await discord.close();
  await telegram.close();
});

interface Upload {
  readonly field: string;
  readonly bytes: Uint8Array;
}

function formOf(fields: Readonly<Record<string, string>>, upload: Upload | null): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (upload !== null) form.append(upload.field, new Blob([Buffer.from(upload.bytes)]), "btc.png");
  return form;
}

/** A PNG's head with these dimensions; nobody looks further. */
function sized(width: number, height: number): Uint8Array {
  const bytes = Buffer.from(TINY_PNG);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe("the local Discord", () => {
  async function send(payload: object, bytes: Uint8Array | null, messageId?: string) {
    const upload = bytes === null ? null : { field: "files[0]", bytes };
    const url = `${discord.webhookUrl(1)}${messageId === undefined ? "" : `/messages/${messageId}`}?wait=true`;
    const body = formOf({ payload_json: JSON.stringify(payload) }, upload);
    const answer = await fetch(url, { method: messageId === undefined ? "POST" : "PATCH", body });
    const json: Readonly<Record<string, unknown>> = Object(await answer.json());
    return { status: answer.status, json };
  }
  const attachment = { id: 0, filename: "btc.png", description: "BTC, last hour" };

  test("keeps a picture with its words, byte for byte, and says so in its answer", async () => {
    const { json } = await send({ content: "hi", attachments: [attachment] }, TINY_PNG);
    expect(json.attachments).toMatchObject([
      { filename: "btc.png", size: TINY_PNG.length, width: 1, height: 1 },
    ]);
    const [message] = discord.messages();
    expect(message?.picture).toMatchObject({ alt: "BTC, last hour", name: "btc.png" });
    expect(Buffer.from(message?.picture?.bytes ?? []).equals(TINY_PNG)).toBe(true);
    expect((await send({}, TINY_PNG)).status).toBe(200);
  });

  test("an edit replaces the picture, keeps it, or takes it away", async () => {
    const { json } = await send({ content: "hi" }, TINY_PNG);
    const pictures = async (payload: object, bytes: Uint8Array | null) => {
      await send(payload, bytes, String(json.id));
      return discord.messages()[0]?.picture?.width ?? null;
    };
    expect(await pictures({ content: "a" }, null)).toBe(1);
    expect(await pictures({ content: "b", attachments: [attachment] }, sized(2, 2))).toBe(2);
    expect(await pictures({ content: "c", attachments: [] }, null)).toBe(null);
  });

  test("refuses what is too large, and attachments without their file", async () => {
    const large = await send({ content: "x" }, Buffer.alloc(10 * 1_024 * 1_024 + 1));
    expect([large.status, large.json.code]).toEqual([413, 40005]);
    const lost = await send({ content: "x", attachments: [attachment] }, null);
    expect([lost.status, lost.json.code]).toEqual([400, 50035]);
    const wordy = { ...attachment, description: "x".repeat(1_025) };
    expect((await send({ attachments: [wordy] }, TINY_PNG)).status).toBe(400);
  });
});

describe("the local Telegram", () => {
  async function call(
    method: string,
    fields: Readonly<Record<string, string>>,
    upload: Upload | null = null,
  ) {
    const body = formOf({ chat_id: "7", ...fields }, upload);
    const url = `${telegram.apiBaseUrl}/bot${TOKEN}/${method}`;
    const answer = await fetch(url, { method: "POST", body });
    const json: Readonly<Record<string, unknown>> = Object(await answer.json());
    return json;
  }
  const photo = (bytes: Uint8Array) => ({ field: "photo", bytes });

  test("shows a photo with its caption", async () => {
    const sent = await call("sendPhoto", { caption: "hi" }, photo(TINY_PNG));
    expect(sent.result).toMatchObject({ caption: "hi", photo: [{ width: 1, height: 1 }] });
    expect(telegram.messages()[0]?.picture?.width).toBe(1);
  });

  test.each([
    ["no photo", {}, null, "there is no photo in the request"],
    ["no picture", {}, Buffer.from("GIF89a"), "IMAGE_PROCESS_FAILED"],
    ["too long a side", {}, sized(9_000, 1_001), "PHOTO_INVALID_DIMENSIONS"],
    ["too narrow", {}, sized(2_100, 100), "PHOTO_INVALID_DIMENSIONS"],
    ["10 MB", {}, Buffer.alloc(10_000_001), "file is too big"],
    ["a long caption", { caption: "x".repeat(1_025) }, TINY_PNG, "message caption is too long"],
  ])("refuses %s", async (_, fields, bytes, description) => {
    const answer = await call("sendPhoto", fields, bytes === null ? null : photo(bytes));
    expect(answer).toMatchObject({ ok: false, description: `Bad Request: ${description}` });
  });

  test("edits text as text, captions as captions, and pictures with their captions", async () => {
    await call("sendMessage", { text: "words" });
    await call("sendPhoto", { caption: "shown" }, photo(TINY_PNG));
    const text = { message_id: "2", text: "new" };
    expect((await call("editMessageText", text)).description).toContain("no text in the message");
    const caption = { message_id: "1", caption: "new" };
    expect((await call("editMessageCaption", caption)).description).toContain("no caption");
    await call("editMessageCaption", { ...caption, message_id: "2" });
    expect(telegram.messages()[1]).toMatchObject({ text: "new", picture: { width: 1 } });
    const media = { type: "photo", media: "attach://chart", caption: "newer" };
    const upload = { field: "chart", bytes: sized(2, 2) };
    await call("editMessageMedia", { message_id: "2", media: JSON.stringify(media) }, upload);
    expect(telegram.messages()[1]).toMatchObject({ text: "newer", picture: { width: 2 } });
  });
});
