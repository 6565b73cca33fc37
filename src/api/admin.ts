/** Who may change something: whoever knows the token of the configuration. */
import { createHash, timingSafeEqual } from "node:crypto";

/** Compares in constant time; hashing makes both sides equally long. */
export function isAdmin(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
