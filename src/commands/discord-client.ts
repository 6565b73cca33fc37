/**
 * The connection to Discord, through discord.js: interactions over the gateway or posted to us, REST
 * out. Interactions come without any intent, so nothing of a server is cached.
 * https://discord.com/developers/docs/interactions/overview
 */
import {
  Client,
  DiscordAPIError,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayDispatchEvents,
  Options,
  REST,
  Routes,
} from "discord.js";
import { z } from "zod";
import type { Picture } from "../chart.ts";
import type { Runtime } from "../runtime.ts";
import type { DiscordHook } from "./discord-hook.ts";
import {
  type AnswerWays,
  type DiscordHandlers,
  type DiscordInteraction,
  handle,
  readInteraction,
} from "./discord-interaction.ts";
import type { MenuCommand } from "./discord-menu.ts";
import type { HookAnswer } from "./hook.ts";

const REQUEST_MS_MAX = 10_000;
/** What was promised in the answer to a post may be completed once Discord has read that answer. */
const COMPLETE_TRIES_MAX = 5;
const COMPLETE_PAUSE_MS = 500;

export interface ConnectionEvents {
  /** The connection is gone and does not come back by itself. */
  lost(reason: string): void;
  /** A failure that the library mends itself, or a setting at Discord that the operator should see. */
  troubled(reason: string, isForOperator: boolean): void;
}

export interface DiscordPort {
  /** Resolves when interactions can come; `isTokenRefused` tells why it may reject. */
  login(): Promise<void>;
  registeredMenu(): Promise<unknown>;
  register(menu: readonly MenuCommand[]): Promise<void>;
  close(): Promise<void>;
}

interface Address {
  readonly token: string;
  readonly apiBaseUrl: string | null;
}

/** Interactions come over the gateway, answers go over REST. */
export function createGatewayPort(
  { token, apiBaseUrl }: Address,
  handlers: DiscordHandlers & ConnectionEvents,
): DiscordPort {
  const client = new Client({
    intents: [],
    rest: restOptions(apiBaseUrl),
    // Without a limit the library remembers everybody who ever asked.
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, UserManager: 10 }),
  });
  const ready = new Promise<void>((resolve) => {
    client.once(Events.ClientReady, () => resolve());
  });
  client.on(Events.Error, (error) => handlers.troubled(error.message, false));
  client.on(Events.ShardError, (error) => handlers.troubled(error.message, false));
  client.on(Events.Invalidated, () => handlers.lost("session invalidated"));
  client.on(Events.ShardDisconnect, ({ code }) => handlers.lost(`closed with ${code}`));
  client.ws.on(GatewayDispatchEvents.InteractionCreate, (raw: unknown) => {
    const interaction = readInteraction(raw);
    if (interaction === null) return;
    const { id, token: interactionToken } = interaction;
    const first: AnswerWays["first"] = async (body) => {
      await client.rest.post(Routes.interactionCallback(id, interactionToken), {
        body,
        auth: false,
      });
    };
    const complete: AnswerWays["complete"] = (message, picture) =>
      completeOver(client.rest, interaction, { message, picture });
    void handle(interaction, { first, complete }, handlers);
  });
  return {
    login: async () => {
      await client.login(token);
      await ready;
    },
    ...menuOver(client.rest, () => client.application?.id ?? ""),
    close: () => client.destroy(),
  };
}

/** Interactions are posted to us and answered there; REST only registers and completes. */
export function createHookPort(
  { token, apiBaseUrl }: Address,
  handlers: DiscordHandlers & ConnectionEvents,
  { hook, runtime }: { readonly hook: DiscordHook; readonly runtime: Runtime },
): DiscordPort {
  const rest = new REST(restOptions(apiBaseUrl)).setToken(token);
  const stop = new AbortController();
  let applicationId = "";
  const complete = async (interaction: DiscordInteraction, answer: Completion): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await completeOver(rest, interaction, answer);
      } catch (thrown) {
        if (!isEarly(thrown) || tries >= COMPLETE_TRIES_MAX) throw thrown;
        await runtime.sleep(COMPLETE_PAUSE_MS, stop.signal);
      }
    }
  };
  const listener = (raw: unknown): Promise<HookAnswer> => {
    const interaction = readInteraction(raw);
    if (interaction === null) {
      const detail = "Expected a slash command or an option that is being typed";
      return Promise.resolve({ outcome: "malformed", detail });
    }
    return new Promise((resolve) => {
      const first = async (json: object) => resolve({ outcome: "accepted", json });
      const ways: AnswerWays = {
        first,
        complete: (message, picture) => complete(interaction, { message, picture }),
      };
      // Whoever is not answered still gets an end.
      void handle(interaction, ways, handlers).finally(() =>
        resolve({ outcome: "accepted", json: null }),
      );
    });
  };
  return {
    login: async () => {
      const application = Application.parse(await rest.get(Routes.currentApplication()));
      applicationId = application.id;
      for (const reason of doubtsAbout(application, hook)) handlers.troubled(reason, true);
      hook.listen(listener);
    },
    ...menuOver(rest, () => applicationId),
    close: async () => {
      hook.listen(null);
      stop.abort();
    },
  };
}

/** True when trying again is of no use. */
export function isTokenRefused(thrown: unknown): boolean {
  const isRefused = thrown instanceof DiscordAPIError && thrown.status === 401;
  const isInvalid =
    thrown instanceof DiscordjsError && thrown.code === DiscordjsErrorCodes.TokenInvalid;
  return isRefused || isInvalid;
}

/** https://discord.com/developers/docs/resources/application#application-object */
const Application = z.object({
  id: z.string(),
  verify_key: z.string().nullish(),
  interactions_endpoint_url: z.string().nullish(),
});

/** What an operator has to put right in the developer portal, or in the configuration. */
function doubtsAbout(
  { verify_key: key, interactions_endpoint_url: url }: z.output<typeof Application>,
  hook: DiscordHook,
): readonly string[] {
  const doubts: string[] = [];
  if (typeof key === "string" && key.toLowerCase() !== hook.publicKey.toLowerCase()) {
    doubts.push("bots.discord.publicKey is not the key of the token's application");
  }
  if (typeof url !== "string" || !url.endsWith(hook.path)) {
    doubts.push(`the application has no Interactions Endpoint URL that ends in ${hook.path}`);
  }
  return doubts;
}

function restOptions(apiBaseUrl: string | null) {
  const api = apiBaseUrl === null ? {} : { api: apiBaseUrl.replace(/\/+$/, "") };
  return { ...api, timeout: REQUEST_MS_MAX };
}

function menuOver(
  rest: REST,
  applicationId: () => string,
): Pick<DiscordPort, "registeredMenu" | "register"> {
  return {
    registeredMenu: () => rest.get(Routes.applicationCommands(applicationId())),
    register: async (menu) => {
      await rest.put(Routes.applicationCommands(applicationId()), { body: menu });
    },
  };
}

interface Completion {
  readonly message: object;
  readonly picture: Picture | null;
}

async function completeOver(
  rest: REST,
  { application_id: applicationId, token }: DiscordInteraction,
  { message: body, picture }: Completion,
): Promise<void> {
  const path = Routes.webhookMessage(applicationId, token, "@original");
  await rest.patch(path, { body, auth: false, ...filesOf(picture) });
}

/** With files the library sends a form, and the body as its part `payload_json`. */
function filesOf(picture: Picture | null) {
  if (picture === null) return {};
  const { name, bytes } = picture;
  return { files: [{ name, data: Buffer.from(bytes), contentType: "image/png" }] };
}

/** Unknown webhook or message: Discord has not read our promise yet. */
function isEarly(thrown: unknown): boolean {
  return thrown instanceof DiscordAPIError && thrown.status === 404;
}
