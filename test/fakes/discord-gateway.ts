/**
 * A local Discord that speaks the real protocols: REST for the gateway's address, the menu and the
 * answers, and the gateway itself. https://discord.com/developers/docs/events/gateway
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { type FormPart, multipartParts } from "../../src/demo/multipart.ts";

export const APPLICATION_ID = "900000000000000001";
const HEARTBEAT_MS = 5_000;

/** One answer to an interaction: a callback, or the completion of a deferred one. */
export interface GatewayAnswer {
  readonly interactionId: string;
  readonly type: number | "complete";
  readonly data: Readonly<Record<string, unknown>>;
  readonly files: readonly FormPart[];
}

export interface InteractionInput {
  readonly name: string;
  readonly options?: readonly Readonly<Record<string, unknown>>[];
  readonly userId?: string;
  readonly guildId?: string | null;
  readonly channelId?: string;
  readonly parentId?: string;
  readonly roleIds?: readonly string[];
  /** 2 = slash command, 4 = an option being typed. */
  readonly type?: number;
}

export interface FakeDiscord {
  readonly apiBaseUrl: string;
  answers(): readonly GatewayAnswer[];
  menu(): readonly unknown[];
  /** Requests to replace the menu. */
  registrations(): number;
  /** How often somebody identified. */
  identified(): number;
  heartbeats(): number;
  /** Sends an interaction to whoever is connected; its id. */
  interact(input: InteractionInput): string;
  /** Closes every connection with this code. */
  drop(code: number): void;
  /** What the developer portal says of the application, for HTTP delivery. */
  setApplication(over: Readonly<Record<string, unknown>>): void;
  /** The next completions find nothing: our promise has not been read yet. */
  delayCompletions(times: number): void;
  /** The next requests for the gateway's address are refused so. */
  refuseLogins(status: number, times: number): void;
  close(): Promise<void>;
}

/** An interaction as both ways of delivery word it; `sequence` makes its id. */
export function interactionOf(input: InteractionInput, sequence: number) {
  const { name, options = [], userId = "1", guildId = "10", channelId = "20" } = input;
  const id = String(5_000_000_000_000_000_000n + BigInt(sequence));
  const user = { id: userId, username: `user-${userId}`, discriminator: "0", avatar: null };
  const member = { user, roles: input.roleIds ?? [], permissions: "0", joined_at: "2026-01-01" };
  const parent = input.parentId === undefined ? {} : { parent_id: input.parentId };
  return {
    id,
    application_id: APPLICATION_ID,
    type: input.type ?? 2,
    token: `token-${id}`,
    version: 1,
    entitlements: [],
    authorizing_integration_owners: {},
    attachment_size_limit: 10_000_000,
    app_permissions: "0",
    locale: "en-US",
    data: { id: "1", name, type: 1, options },
    channel: { id: channelId, type: input.parentId === undefined ? 0 : 11, ...parent },
    ...(guildId === null ? { user } : { guild_id: guildId, member }),
  };
}

export async function startFakeDiscord(token: string): Promise<FakeDiscord> {
  const fake = new LocalDiscord(token);
  await fake.listen();
  return fake;
}

class LocalDiscord implements FakeDiscord {
  readonly #token: string;
  readonly #http = createServer((request, response) => void this.#respond(request, response));
  readonly #gateway = new WebSocketServer({ server: this.#http });
  readonly #sockets = new Set<WebSocket>();
  readonly #answers: GatewayAnswer[] = [];
  #menu: readonly unknown[] = [];
  #registrations = 0;
  #identified = 0;
  #heartbeats = 0;
  #sequence = 0;
  #refusal = { status: 0, times: 0 };
  #application: Readonly<Record<string, unknown>> = { id: APPLICATION_ID, name: "liqwatch" };
  #earlyCompletions = 0;

  constructor(token: string) {
    this.#token = token;
    this.#gateway.on("connection", (socket) => this.#greet(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#http.listen(0, "127.0.0.1", resolve));
  }

  get apiBaseUrl(): string {
    const address = this.#http.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}/api`;
  }

  answers = () => this.#answers;
  menu = () => this.#menu;
  registrations = () => this.#registrations;
  identified = () => this.#identified;
  heartbeats = () => this.#heartbeats;

  refuseLogins(status: number, times: number): void {
    this.#refusal = { status, times };
  }

  setApplication(over: Readonly<Record<string, unknown>>): void {
    this.#application = { ...this.#application, ...over };
  }

  delayCompletions(times: number): void {
    this.#earlyCompletions = times;
  }

  drop(code: number): void {
    for (const socket of this.#sockets) socket.close(code);
  }

  interact(input: InteractionInput): string {
    this.#sequence += 1;
    const interaction = interactionOf(input, this.#sequence);
    this.#dispatch("INTERACTION_CREATE", interaction);
    return interaction.id;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#gateway.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #dispatch(t: string, d: unknown): void {
    this.#sequence += 1;
    const text = JSON.stringify({ op: 0, t, s: this.#sequence, d });
    for (const socket of this.#sockets) socket.send(text);
  }

  /** HELLO, then READY for whoever identifies with the right token; others are closed with 4004. */
  #greet(socket: WebSocket): void {
    socket.send(
      JSON.stringify({ op: 10, d: { heartbeat_interval: HEARTBEAT_MS }, t: null, s: null }),
    );
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("message", (bytes) => {
      const { op, d } = JSON.parse(String(bytes));
      if (op === 1) {
        this.#heartbeats += 1;
        socket.send(JSON.stringify({ op: 11, d: null, t: null, s: null }));
      }
      if (op !== 2 && op !== 6) return;
      if (d.token !== this.#token) {
        socket.close(4004);
        return;
      }
      this.#identified += 1;
      this.#sockets.add(socket);
      const user = { id: "900", username: "liqwatch", discriminator: "0", avatar: null, bot: true };
      const application = { id: APPLICATION_ID, flags: 0 };
      const session = { session_id: "s", resume_gateway_url: this.#gatewayUrl() };
      this.#sequence += 1;
      const d2 = { v: 10, user, guilds: [], application, ...session };
      socket.send(JSON.stringify({ op: 0, t: "READY", s: this.#sequence, d: d2 }));
    });
  }

  #gatewayUrl(): string {
    return this.apiBaseUrl.replace("http", "ws").replace("/api", "");
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { body, files } = readBody(Buffer.concat(chunks), request.headers["content-type"] ?? "");
    const path = (request.url ?? "").replace(/^\/api\/v10/, "");
    const isOurs = request.headers.authorization === `Bot ${this.#token}`;
    const [, interactionId] = /^\/interactions\/(\d+)\/[^/]+\/callback/.exec(path) ?? [];
    const [, completedId] =
      /^\/webhooks\/\d+\/token-(\d+)\/messages\/(?:@|%40)original/.exec(path) ?? [];
    if (interactionId !== undefined) {
      this.#answers.push({ interactionId, type: body.type, data: body.data, files });
      // No content type with 204: clients would try to parse nothing.
      response.writeHead(204).end();
    } else if (completedId !== undefined && this.#earlyCompletions > 0) {
      this.#earlyCompletions -= 1;
      json(response, 404, { message: "Unknown Webhook", code: 10_015 });
    } else if (completedId !== undefined) {
      this.#answers.push({ interactionId: completedId, type: "complete", data: body, files });
      json(response, 200, { id: "1" });
    } else if (this.#refusal.times > 0 || !isOurs) {
      this.#refusal.times -= 1;
      json(response, isOurs ? this.#refusal.status : 401, {
        message: "401: Unauthorized",
        code: 0,
      });
    } else if (path.startsWith("/gateway/bot")) {
      const limit = { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 };
      json(response, 200, { url: this.#gatewayUrl(), shards: 1, session_start_limit: limit });
    } else if (path === "/applications/@me" || path === "/applications/%40me") {
      json(response, 200, this.#application);
    } else if (path.startsWith(`/applications/${APPLICATION_ID}/commands`)) {
      if (request.method === "PUT") {
        this.#registrations += 1;
        // The real service adds fields and leaves out what is false.
        this.#menu = body.map((one: object, at: number) => ({
          ...one,
          id: String(at),
          version: "1",
        }));
      }
      json(response, 200, this.#menu);
    } else {
      json(response, 404, { message: "404: Not Found", code: 0 });
    }
  }
}

/** JSON, or a form whose part `payload_json` is the body. */
function readBody(bytes: Buffer, type: string) {
  if (!type.startsWith("multipart/form-data")) {
    return { body: bytes.length === 0 ? null : JSON.parse(String(bytes)), files: [] };
  }
  const parts = multipartParts(bytes, type);
  const payload = parts.find(({ name }) => name === "payload_json")?.text ?? "null";
  return { body: JSON.parse(payload), files: parts.filter(({ fileName }) => fileName !== null) };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
