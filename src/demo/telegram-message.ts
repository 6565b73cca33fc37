/** What a request to the local Telegram says, checked as the real one does. Pure. */
import { TELEGRAM_CAPTION_CHARS_MAX, TELEGRAM_TEXT_CHARS_MAX } from "../render/telegram.ts";
import type { InboxRequest } from "./inbox-http.ts";
import { readTelegramHtml } from "./telegram-html.ts";
import { type InboxPicture, pictureOf } from "./upload.ts";

/** https://core.telegram.org/bots/api#sendphoto */
const PHOTO_BYTES_MAX = 10_000_000;
const PHOTO_SIDES_MAX = 10_000;
const PHOTO_RATIO_MAX = 20;

/** Methods that make or change a message, and whether they make, and what of it they bring. */
export const MESSAGE_METHODS: Readonly<Record<string, MessageMethod>> = {
  sendMessage: { isNew: true, hasPhoto: false },
  sendPhoto: { isNew: true, hasPhoto: true },
  editMessageText: { isNew: false, hasPhoto: false },
  editMessageCaption: { isNew: false, hasPhoto: null },
  editMessageMedia: { isNew: false, hasPhoto: true },
};

export interface MessageMethod {
  readonly isNew: boolean;
  /** null = the one that the message has. */
  readonly hasPhoto: boolean | null;
}

export interface SentText {
  readonly text: string;
  /** null = sent as plain text. */
  readonly html: string | null;
}

type Refused = { readonly error: string };
type Fields = Readonly<Record<string, unknown>>;

/** Text or caption, with the markup that it was sent in. */
export function readText(body: Fields, { isCaption }: { readonly isCaption: boolean }) {
  const given = isCaption ? body.caption : body.text;
  const raw = typeof given === "string" ? given : "";
  const isHtml = String(body.parse_mode ?? "").toUpperCase() === "HTML";
  const read = isHtml ? readTelegramHtml(raw) : { text: raw };
  if ("error" in read) return read;
  if (!isCaption && read.text.trim() === "") return refused("message text is empty");
  const charsMax = isCaption ? TELEGRAM_CAPTION_CHARS_MAX : TELEGRAM_TEXT_CHARS_MAX;
  if (read.text.length > charsMax) {
    return refused(`message ${isCaption ? "caption " : ""}is too long`);
  }
  return { text: read.text, html: isHtml ? raw : null } satisfies SentText;
}

/** The photo that was uploaded. */
export function readPhoto({ files }: Pick<InboxRequest, "files">): InboxPicture | Refused {
  const [file] = files;
  if (file === undefined) return refused("there is no photo in the request");
  if (file.bytes.length > PHOTO_BYTES_MAX) {
    return refused("file is too big");
  }
  const picture = pictureOf(file);
  if (picture === null) return refused("IMAGE_PROCESS_FAILED");
  const { width, height } = picture;
  const ratio = Math.max(width / height, height / width);
  if (width + height > PHOTO_SIDES_MAX || !(ratio <= PHOTO_RATIO_MAX)) {
    return refused("PHOTO_INVALID_DIMENSIONS");
  }
  return picture;
}

/** The fields of a new medium, which come as JSON: https://core.telegram.org/bots/api#inputmediaphoto */
export function mediaOf(body: Fields): Fields {
  try {
    const value: unknown = JSON.parse(String(body.media));
    return { ...body, ...Object(value) };
  } catch {
    return body;
  }
}

/** @returns why a message of this kind cannot be changed so; null = it can. */
export function mismatch(
  method: string,
  known: { readonly picture: InboxPicture | null },
): string | null {
  if (method === "editMessageText" && known.picture !== null) {
    return "Bad Request: there is no text in the message to edit";
  }
  if (method === "editMessageCaption" && known.picture === null) {
    return "Bad Request: there is no caption in the message to edit";
  }
  return null;
}

function refused(text: string): Refused {
  return { error: `Bad Request: ${text}` };
}
