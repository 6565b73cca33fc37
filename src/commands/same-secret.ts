/** Comparing what somebody sent with a secret. */
import { createHash, timingSafeEqual } from "node:crypto";

/** In constant time; hashing makes both sides equally long. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
