/**
 * Discord as it posts interactions: each signed with the application's key. Requests are made by
 * hand, so that a test may spoil any part of them.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { type InteractionInput, interactionOf } from "./discord-gateway.ts";

export interface PostAnswer {
  readonly status: number;
  readonly text: string;
  /** The answer's JSON; null = none. */
  readonly json: { readonly type: number; readonly data: Readonly<Record<string, unknown>> } | null;
}

export interface Spoiling {
  /** Seconds since 1970, as text. */
  readonly timestamp?: string;
  /** Sent instead of what was signed. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class DiscordPoster {
  readonly #keys = generateKeyPairSync("ed25519");
  #sequence = 0;
  /** Where to post; set when the daemon's address is known. */
  url = "";

  /** For the configuration: 64 hexadecimal digits. */
  get publicKey(): string {
    const spki = this.#keys.publicKey.export({ format: "der", type: "spki" });
    return spki.subarray(-32).toString("hex");
  }

  /** The interaction's id, and what it was answered at once. */
  async interact(input: InteractionInput): Promise<{ id: string; answer: PostAnswer }> {
    this.#sequence += 1;
    const interaction = interactionOf(input, this.#sequence);
    return { id: interaction.id, answer: await this.post(JSON.stringify(interaction)) };
  }

  /** Signs and posts any body. */
  async post(body: string | Buffer, spoiling: Spoiling = {}): Promise<PostAnswer> {
    const timestamp = spoiling.timestamp ?? String(Math.floor(Date.now() / 1_000));
    const response = await fetch(this.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-signature-ed25519": this.signature(timestamp, body),
        "x-signature-timestamp": timestamp,
        ...spoiling.headers,
      },
      body: spoiling.body ?? body,
    });
    const text = await response.text();
    return { status: response.status, text, json: text.startsWith("{") ? JSON.parse(text) : null };
  }

  signature(timestamp: string, body: string | Buffer): string {
    const bytes = Buffer.concat([Buffer.from(timestamp), Buffer.from(body)]);
    return sign(null, bytes, this.#keys.privateKey).toString("hex");
  }
}
