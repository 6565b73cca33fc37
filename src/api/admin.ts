/** Who may change something: whoever knows the token of the configuration. */
import { isSameSecret } from "../commands/same-secret.ts";

/** Compares in constant time. */
export function isAdmin(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? "")?.[1] ?? "";
  return isSameSecret(given, token);
}
