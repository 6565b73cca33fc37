/** Both services keep the secret in the address: no text that leaves a notifier may carry it. */
import { messageOf } from "../errors.ts";
import { scrub } from "../scrub.ts";
import { DETAIL_CHARS_MAX } from "./classify.ts";

/** Shorter strings are no secrets and would scrub innocent text. */
const SECRET_CHARS_MIN = 4;

/** Turns anything thrown or answered into one bounded line without the secrets given. */
export function scrubber(secrets: readonly string[]): (thrown: unknown) => string {
  const known = secrets.filter((secret) => secret.length >= SECRET_CHARS_MIN);
  return (thrown) => {
    let text = messageOf(thrown);
    for (const secret of known) {
      text = text.replaceAll(secret, "[secret]").replaceAll(encodeURIComponent(secret), "[secret]");
    }
    return scrub(text).replace(/\s+/g, " ").trim().slice(0, DETAIL_CHARS_MAX);
  };
}
