/**
 * Secrets that live inside longer texts. Both services carry them in addresses, and libraries put
 * addresses into error texts: so texts are scrubbed on their way out, wherever they come from.
 */

const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // https://discord.com/api/webhooks/<id>/<token>, also behind a proxy and with an API version.
  [/(\/webhooks\/\d{1,20}\/)[\w-]+/g, "$1***"],
  // Telegram's method addresses: /bot<id>:<token>/sendMessage.
  [/(\bbot\d{1,20}:)[\w-]{3,}/g, "$1***"],
  // A bare bot token.
  [/\b(\d{6,20}:)[\w-]{30,}/g, "$1***"],
  // The HTTP API's own token, and those of others: Authorization: Bearer <token>.
  [/(\bBearer )[\w.~+/=-]{8,}/gi, "$1***"],
  // A Discord bot token: three parts in base64 between dots.
  [/\b[\w-]{20,32}\.[\w-]{5,8}\.[\w-]{25,}/g, "***"],
  // postgres://user:password@host, redis://:password@host. A password may hold an @ itself.
  [/\b((?:postgres|postgresql|redis|rediss|https?|wss?):\/\/[^\s:/@"]*:)[^\s/"]+(?=@)/g, "$1***"],
];

/** `text` with every known kind of secret replaced by `***`; the rest is unchanged. */
export function scrub(text: string): string {
  let scrubbed = text;
  for (const [pattern, replacement] of PATTERNS) scrubbed = scrubbed.replace(pattern, replacement);
  return scrubbed;
}
