/** A file that came with a message: how large, and what picture it is. Pure. */
import type { FormPart } from "./multipart.ts";

/** One picture as an inbox keeps it. */
export interface InboxPicture {
  readonly bytes: Uint8Array;
  readonly name: string;
  /** What it shows, in words; empty = not said. */
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

/** https://www.w3.org/TR/png-3/#5PNG-file-signature */
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_BYTES = 24;

/** null = no PNG, the only pictures that are sent here. */
export function pictureOf({ bytes, fileName }: FormPart, alt = ""): InboxPicture | null {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return null;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return { bytes, name: fileName ?? "", alt, width, height };
}
