/** Tables of the reference documents: venues, commands, settings, errors. */
import { type CommandInfo, usageOf } from "../../src/cli/arguments.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { placeOf, usageOf as usageOfQuestion } from "../../src/commands/help.ts";
import { COMMANDS as QUESTIONS } from "../../src/commands/index.ts";
import { type KeyNode, rootNode } from "../../src/config/keys.ts";
import { isTree } from "../../src/config/tree.ts";
import { ERROR_CODES } from "../../src/errors.ts";
import { bundledInstruments, VENUES } from "../../src/feeds/index.ts";
import type { Channel, Heartbeat, Poll } from "../../src/feeds/venue.ts";
import { flow } from "./config-file.ts";
import { table } from "./sections.ts";

/** A time for samples of look-ups. */
const SINCE_MS = Date.UTC(2026, 10, 20);

const BUNDLED = bundledInstruments();

/** Short: the rest is in docs/venues.md. */
export function venueTable(): string {
  const rows = VENUES.map((venue) => [venue.title, venue.completeness, venue.completenessNote]);
  return table(["venue", "feed is", "what it does not show"], rows);
}

/** Everything that a venue's value says, one section each. */
export function venueSections(): string {
  return VENUES.map(venueSection).join("\n\n");
}

type Venue = (typeof VENUES)[number];

/** How a venue with a stream is heard. */
function streamRows(venue: Venue): { readonly how: string[][]; readonly limits: string[][] } {
  const { limits, heartbeat } = venue;
  const sample = venue.request("subscribe", venue.channels.flatMap(firstTopic), 1)[0];
  const life = limits.connectionLifeMs;
  return {
    how: [
      ["feed", venue.channels.map(({ url }) => `\`${url}\``).join("<br>")],
      ["subscription", sample === undefined ? "" : `\`${sample.text}\``],
    ],
    limits: [
      [
        "heartbeat",
        `${heartbeatOf(heartbeat)}; given up after ${venue.silenceMsMax / 1_000} s without a byte`,
      ],
      [
        "our limits",
        `${limits.connectsPer5Min} connects in 5 min, ${limits.sendsPerSecond} frames/s, frames up to ${limits.frameBytesMax} bytes${life === null ? "" : `, replaced before ${life / 3_600_000} h`}`,
      ],
    ],
  };
}

/** How a venue without one is asked. */
function pollRows(venue: Venue, poll: Poll): ReturnType<typeof streamRows> {
  const topic = poll.topics(BUNDLED.list(venue.id))[0] ?? "";
  const path = poll.path(topic, SINCE_MS);
  const rounds = `every ${poll.everyMs / 1_000} s for each topic`;
  return {
    how: [
      ["feed", `asked over REST, ${rounds}`],
      ["look-up", `\`${new URL(path, venue.restUrl)}\``],
    ],
    limits: [
      ["given up", `after ${venue.silenceMsMax / 1_000} s without an answer`],
      [
        "our limits",
        `${poll.requestsPerSecond} look-ups/s, each from ${poll.overlapMs / 1_000} s before the last one, answers up to ${venue.limits.frameBytesMax} bytes`,
      ],
    ],
  };
}

function venueSection(venue: Venue): string {
  const { sideRule, poll } = venue;
  const heard = poll === undefined ? streamRows(venue) : pollRows(venue, poll);
  const rows = [
    ...heard.how,
    [
      "symbols from",
      venue.instruments.map(({ path }) => `\`${new URL(path, venue.restUrl)}\``).join("<br>"),
    ],
    ["completeness", `${venue.completeness}. ${venue.completenessNote}`],
    ["side", `${sideRule.rule}`],
    ["decided by", `"${sideRule.sentence}" ([source](${sideRule.link}))`],
    ["money", venue.sizeRule],
    ["one event", venue.identity],
    ["sent again", venue.replay],
    ...heard.limits,
    ["confidence", `${venue.confidence}; not confirmed: ${venue.unconfirmed}`],
    ["last checked", venue.checkedOn],
  ];
  return `## ${venue.title}\n\n${table([`\`${venue.id}\``, ""], rows)}`;
}

/** Where topics come from a list of contracts, the bundled ones show what they look like. */
function firstTopic(channel: Channel): readonly string[] {
  const known = VENUES.find(({ channels }) => channels.includes(channel));
  const instruments = known === undefined ? [] : BUNDLED.list(known.id);
  return channel.topics(instruments).slice(0, 1);
}

function heartbeatOf({ everyMs, payload }: Heartbeat): string {
  const what = payload === null ? "a WebSocket ping" : `\`${payload}\``;
  return `${what} every ${everyMs / 1_000} s`;
}

export function errorTable(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, meaning]) => [`\`${code}\``, meaning]);
  return table(["code", "meaning"], rows);
}

export function commandList(): string {
  return Object.values(COMMANDS).map(commandSection).join("\n\n");
}

export function commandTable(): string {
  const rows = Object.values(COMMANDS).map(({ name, summary }) => [
    `\`liqwatch ${name}\``,
    summary,
  ]);
  return table(["command", "does"], rows);
}

/** What can be asked in Telegram and Discord. */
export function botCommandTable(): string {
  const rows = QUESTIONS.map((command) => [
    `\`${usageOfQuestion(command)}\``,
    command.aliases.map((alias) => `\`/${alias}\``).join(", "),
    `${command.summary}${command.isAdmin ? " (admins)" : ""}`,
    command.takes.map((one) => `${placeOf(one)}: ${one.summary}`).join("<br>"),
  ]);
  return table(["command", "also", "tells", "arguments"], rows);
}

function commandSection(info: CommandInfo): string {
  const positionals = info.positionals.map(({ name, summary }) => [`\`${name}\``, summary]);
  const options = Object.entries(info.options).map(([name, { value, summary }]) => {
    return [value === undefined ? `\`--${name}\`` : `\`--${name} ${value}\``, summary];
  });
  const rows = [...positionals, ...options];
  const parts = [`## ${info.name}`, `${sentence(info.summary)}`, `\`${usageOf(info)}\``];
  if (rows.length > 0) parts.push(table(["argument", "meaning"], rows));
  return [...parts, ...info.notes].join("\n\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Every key, with `*` for names that people choose and `[]` for entries of a list. */
export function settingsTable(): string {
  const rows = keyRows(rootNode(), "");
  return table(["key", "default", "meaning"], rows);
}

function keyRows(node: KeyNode, path: string): readonly string[][] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, below]) => {
    return rowsOf(below, path === "" ? key : `${path}.${key}`);
  });
  const { additionalProperties: any } = node;
  return isTree(any) ? [...own, ...rowsOf(any, `${path}.*`)] : own;
}

function rowsOf(node: KeyNode, path: string): readonly string[][] {
  // Three venues have the same keys: shown once, for the first.
  if (/^venues\.(?!binance)/.test(path)) return [];
  const shown = path.replace("venues.binance", "venues.<venue>").replace(".*", ".<name>");
  // A name that people choose has no meaning of its own.
  const rows = meaningOf(node) === "" ? [] : [[`\`${shown}\``, defaultOf(node), meaningOf(node)]];
  const services = node.oneOf ?? [];
  if (services.length > 0) {
    return services.flatMap((service) => {
      const type = String(service.properties?.type?.const);
      return keyRows(service, path.replace("*", `<${type}>`));
    });
  }
  const entry = (node.anyOf ?? [node]).find((one) => one.type === "array")?.items;
  const inList = entry?.anyOf?.find((one) => one.properties !== undefined) ?? entry;
  const below =
    inList?.properties === undefined ? keyRows(node, path) : keyRows(inList, `${path}[]`);
  return [...rows, ...below];
}

function defaultOf(node: KeyNode): string {
  if (node.properties !== undefined || node.default === undefined) return "";
  return `\`${flow(node.default)}\``;
}

function meaningOf(node: KeyNode): string {
  const options = node.enum === undefined ? "" : `: ${node.enum.join(", ")}`;
  return `${node.description ?? ""}${options}`;
}
