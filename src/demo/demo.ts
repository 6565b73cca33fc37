/**
 * The demo's world: three venues or all of them, a Discord and a Telegram, all on loopback, and the script that
 * plays on them. The daemon runs against it as it would against the real ones.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VENUES } from "../feeds/index.ts";
import { SIMULATED_ASSETS } from "../feeds/simulator/contracts.ts";
import { SIMULATIONS, simulatedContracts } from "../feeds/simulator/simulations.ts";
import type { Inboxes } from "../inboxes.ts";
import type { VenueId } from "../liquidation.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { type DiscordServer, startDiscordServer } from "./discord-server.ts";
import { readEnvelope } from "./envelope.ts";
import { inboxesOf } from "./inboxes.ts";
import { DEMO_VENUES, Listings } from "./listings.ts";
import { play } from "./player.ts";
import type { ScenarioOptions } from "./scenario.ts";
import { openStage, type Stage } from "./stage.ts";
import { startTelegramServer, type TelegramServer } from "./telegram-server.ts";

/** The configuration that the script's money is measured for. */
export const DEMO_CONFIG_FILE = fileURLToPath(
  new URL("../../config/examples/demo.yaml", import.meta.url),
);

const SEED = 20_251_010;
const BOT_TOKEN = "1000000001:local-telegram-of-the-demo-not-a-secret";
/** A private chat (positive): Telegram allows a group no more than 20 messages a minute. */
const CHAT_ID = "1000000001";
/** Whoever sits at the page: in a private chat the chat's id is the person's. */
const VISITOR = { chatId: CHAT_ID, userId: Number(CHAT_ID) };
/** All that the demo takes from the environment: never a real target, database or threshold. */
const ENVIRONMENT_NAMES = ["LIQWATCH_HTTP_HOST", "LIQWATCH_HTTP_PORT", "LIQWATCH_LOG_LEVEL"];

export interface Demo {
  /** Laid over file and environment: addresses on loopback, a data directory of its own. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly inboxes: Inboxes;
  /** Plays the script from now on; resolves when `signal` was aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** Stops the servers and removes the data directory; call it after the daemon has closed. */
  close(): Promise<void>;
}

/** @throws LiqError when a port cannot be opened or the envelope cannot be read */
export async function startDemo(options: {
  readonly runtime: Runtime;
  readonly log: Log;
  readonly venues?: readonly VenueId[];
}): Promise<Demo> {
  const { runtime, log, venues = DEMO_VENUES } = options;
  const script = { seed: SEED, envelope: readEnvelope(), listings: demoListings(venues) };
  const stage = await openStage(runtime, venues);
  const discord = await startDiscordServer({ runtime, webhooks: 1, limits: true });
  const telegram = await startTelegramServer({
    runtime,
    botToken: BOT_TOKEN,
    chats: [CHAT_ID],
    limits: true,
  });
  const dataDir = await mkdtemp(join(tmpdir(), "liqwatch-demo-"));
  return {
    overrides: overridesOf({ stage, discord, telegram, dataDir }),
    inboxes: inboxesOf(discord, telegram, (text) => telegram.say({ ...VISITOR, text })),
    run: (signal) => play({ runtime, log, stage, script }, signal),
    close: async () => {
      await Promise.all([stage.stop(), discord.close(), telegram.close()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What the demo lets through of the environment. */
export function demoEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(ENVIRONMENT_NAMES.map((name) => [name, env[name]]));
}

/** Every venue that can be simulated, also those that are off in a real run. */
export function simulatedVenues(): readonly VenueId[] {
  return VENUES.map(({ id }) => id).filter((id) => SIMULATIONS[id] !== undefined);
}

/** The perpetual contracts of the simulated venues. */
export function demoListings(
  venues: readonly VenueId[] = DEMO_VENUES,
): ScenarioOptions["listings"] {
  const contracts = venues.flatMap((venue) =>
    simulatedContracts(venue, SIMULATED_ASSETS)
      .filter(({ deliveryMs }) => deliveryMs === null)
      .map(({ symbol, asset, quote, isInverse }) => ({ venue, symbol, asset, quote, isInverse })),
  );
  return new Listings(contracts);
}

/** The demo never listens to a venue that it does not play. */
function othersOff(): Readonly<Record<string, { readonly enabled: false }>> {
  return Object.fromEntries(VENUES.map(({ id }) => [id, { enabled: false }]));
}

interface World {
  readonly stage: Stage;
  readonly discord: DiscordServer;
  readonly telegram: TelegramServer;
  readonly dataDir: string;
}

function overridesOf({ stage, discord, telegram, dataDir }: World): Demo["overrides"] {
  return {
    venues: { ...othersOff(), ...stage.addresses },
    notifiers: {
      discord: {
        type: "discord",
        webhookUrl: discord.webhookUrl(1),
        apiBaseUrl: discord.apiBaseUrl,
      },
      telegram: {
        type: "telegram",
        botToken: BOT_TOKEN,
        chatId: CHAT_ID,
        apiBaseUrl: telegram.apiBaseUrl,
      },
    },
    bots: {
      discord: { token: null },
      telegram: {
        token: BOT_TOKEN,
        apiBaseUrl: telegram.apiBaseUrl,
        admins: { users: [CHAT_ID] },
      },
    },
    database: { url: null },
    redis: { url: null },
    dataDir,
  };
}
