/**
 * Interactions that Discord posts to us, each signed with the application's key.
 * https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
 */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import {
  type Hook,
  type HookAnswer,
  type HookHeaders,
  type HookPost,
  headerOf,
  jsonOf,
} from "./hook.ts";

/** A post that is older, or as far in the future, is a repetition of one that was overheard. */
const AGE_S_MAX = 300;
/** What stands before the 32 bytes of an Ed25519 key in SPKI (RFC 8410). */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const SIGNATURE = /^[0-9a-f]{128}$/i;
const TIMESTAMP = /^\d{1,15}$/;

/** https://discord.com/developers/docs/interactions/receiving-and-responding */
const PING = 1;
const PONG = 1;

export type InteractionListener = (interaction: unknown) => Promise<HookAnswer>;

export class DiscordHook implements Hook {
  readonly service = "discord";
  readonly path = "/bots/discord";
  readonly publicKey: string;
  readonly #key: KeyObject;
  readonly #runtime: Runtime;
  readonly #log: Log;
  #listener: InteractionListener | null = null;
  #hasComplained = false;

  /** `publicKey` is 64 hexadecimal digits. */
  constructor(
    publicKey: string,
    { runtime, log }: { readonly runtime: Runtime; readonly log: Log },
  ) {
    this.publicKey = publicKey;
    const key = Buffer.concat([SPKI_HEAD, Buffer.from(publicKey, "hex")]);
    this.#key = createPublicKey({ key, format: "der", type: "spki" });
    this.#runtime = runtime;
    this.#log = log;
  }

  /** From now on interactions go to `listener`; null = nobody listens. */
  listen(listener: InteractionListener | null): void {
    this.#listener = listener;
  }

  admits(headers: HookHeaders): boolean {
    return signatureOf(headers) !== null;
  }

  /** A ping is answered while the bot is away, too: Discord only asks whether we check signatures. */
  async take(post: HookPost): Promise<HookAnswer> {
    if (!this.#isGenuine(post)) return { outcome: "refused" };
    const interaction = jsonOf(post.body);
    if (typeof interaction !== "object" || interaction === null) {
      return { outcome: "malformed", detail: "Expected an interaction, as JSON" };
    }
    if (Reflect.get(interaction, "type") === PING) {
      return { outcome: "accepted", json: { type: PONG } };
    }
    return this.#listener === null ? { outcome: "closed" } : this.#listener(interaction);
  }

  #isGenuine({ headers, body }: HookPost): boolean {
    const signed = signatureOf(headers);
    if (signed === null) return false;
    const { signature, timestamp } = signed;
    const bytes = Buffer.concat([Buffer.from(timestamp), body]);
    if (!verify(null, bytes, this.#key, Buffer.from(signature, "hex"))) return false;
    const ageS = Math.round(this.#runtime.nowMs() / 1_000) - Number(timestamp);
    if (Math.abs(ageS) <= AGE_S_MAX) return true;
    if (!this.#hasComplained) {
      this.#hasComplained = true;
      this.#log.warn({ ageS }, "Discord's posts are too old, or our clock is wrong; refused");
    }
    return false;
  }
}

function signatureOf(headers: HookHeaders) {
  const signature = headerOf(headers, "x-signature-ed25519") ?? "";
  const timestamp = headerOf(headers, "x-signature-timestamp") ?? "";
  return SIGNATURE.test(signature) && TIMESTAMP.test(timestamp) ? { signature, timestamp } : null;
}
