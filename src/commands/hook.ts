/**
 * The contract of HTTP delivery: a service posts to us, we prove that it was the service, and the
 * same bot that otherwise polls or holds a gateway answers. The HTTP server knows nothing else.
 */
import type { Bot } from "./bot.ts";

/** Names of headers are in lower case; one that came twice is a list. */
export type HookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HookPost {
  readonly headers: HookHeaders;
  /** As it came: signatures are over bytes. */
  readonly body: Buffer;
}

export type HookAnswer =
  /** Taken; `json` is what the service asked for, null = it needs no answer. */
  | { readonly outcome: "accepted"; readonly json: object | null }
  /** Not from the service: whoever it was is told nothing. */
  | { readonly outcome: "refused" }
  /** From the service, and not what it documents. */
  | { readonly outcome: "malformed"; readonly detail: string }
  /** The bot does not listen yet, or not any more; the service tries again. */
  | { readonly outcome: "closed" };

export type HookOutcome = HookAnswer["outcome"];

export interface Hook {
  readonly service: Bot["service"];
  /** Below the address of the daemon. */
  readonly path: string;
  /** False = refused by its headers alone, before the body is read. */
  admits(headers: HookHeaders): boolean;
  /** Never rejects. */
  take(post: HookPost): Promise<HookAnswer>;
}

/** The value of a header that stands once; else null. */
export function headerOf(headers: HookHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" ? value : null;
}

/** The JSON of a body; undefined = it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
