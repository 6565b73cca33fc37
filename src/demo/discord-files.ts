/** Files that came with a webhook's message, checked as Discord does. Pure. */
import type { DiscordError, WebhookBody } from "./discord-body.ts";
import type { FormPart } from "./multipart.ts";
import { type InboxPicture, pictureOf } from "./upload.ts";

/** https://discord.com/developers/docs/reference#uploading-files */
export const FILES_MAX = 10;
export const FILE_BYTES_MAX = 10 * 1_024 * 1_024;

export interface FileRefusal {
  readonly status: number;
  readonly body: DiscordError;
}

interface Files {
  /** The first picture; null = none; absent = the message keeps what it has. */
  readonly picture?: InboxPicture | null;
}

/** What the message shows from now on. Named attachments without a file keep what is there. */
export function checkFiles(
  files: readonly FormPart[],
  { attachments }: Pick<WebhookBody, "attachments">,
): Files | FileRefusal {
  if (files.some(({ bytes }) => bytes.length > FILE_BYTES_MAX)) {
    return { status: 413, body: { message: "Request entity too large", code: 40005 } };
  }
  if (files.length > FILES_MAX) return { status: 400, body: formError("files", "BASE_TYPE_MAX") };
  const byIndex = new Map(files.map((file) => [/^files\[(\d+)\]$/.exec(file.name)?.[1], file]));
  // New files are numbered from 0; ids of attachments that are there have many digits.
  const isNew = (id: number | string) => Number(id) < FILES_MAX;
  const lost = attachments?.some(({ id }) => isNew(id) && !byIndex.has(String(id)));
  if (lost === true) return { status: 400, body: formError("attachments", "ATTACHMENT_NOT_FOUND") };
  const [file] = files;
  if (file === undefined) {
    if (attachments === undefined || attachments.length > 0) return {};
    return { picture: null };
  }
  const named = attachments?.find(({ id }) => byIndex.get(String(id)) === file);
  return { picture: pictureOf(file, named?.description) };
}

/** https://discord.com/developers/docs/resources/message#attachment-object */
export function attachmentOf(picture: InboxPicture, { id }: { readonly id: string }) {
  const { name: filename, alt: description, bytes, width, height } = picture;
  return {
    id,
    filename,
    description,
    size: bytes.length,
    width,
    height,
    content_type: "image/png",
  };
}

function formError(field: string, code: string): DiscordError {
  const errors = { [field]: { _errors: [{ code, message: `${field} are not as expected` }] } };
  return { message: "Invalid Form Body", code: 50035, errors };
}
