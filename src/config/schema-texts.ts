/** Shapes of texts that more than one part of the configuration uses. */
import { z } from "zod";

const ADDRESS_CHARS_MAX = 2_000;
const LOOPBACK_HOST = /^(?:localhost|127\.[\d.]+|\[::1\])$/;

/** An absolute address with one of these protocols (each with its colon). */
export function webAddress(protocols: readonly string[], expected: string) {
  return z
    .string({ error: expected })
    .max(ADDRESS_CHARS_MAX)
    .refine((text) => protocols.includes(readAddress(text)?.protocol ?? ""), { error: expected });
}

/** An address of ours as others see it; only this machine itself may use http. */
export function publicAddress(expected: string) {
  return z.string({ error: expected }).max(ADDRESS_CHARS_MAX).refine(isPublicAddress, {
    error: expected,
  });
}

function isPublicAddress(text: string): boolean {
  const url = readAddress(text);
  if (url === null || url.username + url.password + url.search + url.hash !== "") return false;
  return (
    url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK_HOST.test(url.hostname))
  );
}

export function readAddress(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/**
 * A snowflake or chat id. YAML reads long digits as a float and changes the last ones, so that
 * only numbers that are still exact are taken; others have to stand in quotes.
 */
export function idText(shape: RegExp, expected: string) {
  return z
    .union([z.string({ error: expected }), z.number({ error: expected })], { error: expected })
    .refine((id) => typeof id === "string" || Number.isSafeInteger(id), {
      error: `${expected}, in quotes`,
    })
    .transform(String)
    .refine((id) => shape.test(id), { error: expected });
}
