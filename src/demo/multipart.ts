/** Reads `multipart/form-data` (RFC 7578) as the two clients send it: small, all in memory. */

export interface FormPart {
  readonly name: string;
  /** null = a plain field. */
  readonly fileName: string | null;
  readonly bytes: Buffer;
  /** The same as text. */
  readonly text: string;
}

const PARTS_MAX = 50;

/** The parts in order; what is not readable is left out. */
export function multipartParts(bytes: Buffer, contentType: string): readonly FormPart[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const parts: FormPart[] = [];
  // Latin-1 keeps one character per byte, so that offsets stay true for binary parts.
  for (const chunk of bytes
    .toString("latin1")
    .split(`--${boundary}`)
    .slice(1, PARTS_MAX + 1)) {
    const split = chunk.indexOf("\r\n\r\n");
    if (split < 0) continue;
    const headers = chunk.slice(0, split);
    const name = /name="([^"]*)"/i.exec(headers)?.[1];
    if (name === undefined) continue;
    const fileName = /filename="([^"]*)"/i.exec(headers)?.[1] ?? null;
    const content = Buffer.from(chunk.slice(split + 4).replace(/\r\n$/, ""), "latin1");
    parts.push({ name, fileName, bytes: content, text: content.toString("utf8") });
  }
  return parts;
}
