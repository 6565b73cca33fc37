/** `liqwatch init`: from nothing to two files that work, every answer tried out on the way. */
import { join, resolve } from "node:path";
import { withEnvFile } from "../config/env-file.ts";
import { loadSettings, type Settings } from "../config.ts";
import { LiqError } from "../errors.ts";
import type { TargetSettings } from "../notifiers/notifier.ts";
import { nodeRuntime } from "../runtime-node.ts";
import type { OptionValues } from "./arguments.ts";
import { parseArguments } from "./arguments.ts";
import { type Answers, configText, envText, secretsOf } from "./init/config-text.ts";
import { Dialog, masked } from "./init/dialog.ts";
import { askDiscord } from "./init/discord.ts";
import { checkWritable, type NewFile, readIfThere, writeFiles } from "./init/files.ts";
import { askPreset } from "./init/preset.ts";
import { askTelegram } from "./init/telegram.ts";
import { sendTests } from "./init/trial.ts";
import { askVenuesOff, reachVenues } from "./init/venues.ts";
import { readWebhook } from "./init/webhook.ts";
import type { Wizard } from "./init/wizard.ts";
import type { CliIo, Command } from "./io.ts";
import { COMMANDS } from "./table.ts";
import { plainResult } from "./test-alert.ts";

/** What shells report for a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;
const WAIT_MS = 120_000;
/** Secrets for the owner alone; the configuration holds none. */
const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;

type Values = OptionValues<typeof COMMANDS.init>;

interface Paths {
  readonly config: string;
  readonly secrets: string;
}

export const init: Command = async (args, io) => {
  const { values } = parseArguments(COMMANDS.init, args);
  const folder = values.out ?? ".";
  checkWritable(folder);
  const paths = { config: join(folder, "liqwatch.yaml"), secrets: join(folder, ".env") };
  const known = withEnvFile(io.env, paths.config);
  const write = (text: string) => (values.json ? io.err(text) : io.out(text));
  const signal = io.signal ?? new AbortController().signal;
  const prompt = values.yes ? null : io.openPrompt(write);
  const dialog = new Dialog({ prompt, write, signal });
  const options = optionsOf(values);
  try {
    await converse({ dialog, runtime: nodeRuntime, signal, options, known }, { paths, values, io });
    return 0;
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    write("\nStopped; nothing was written\n");
    return EXIT_INTERRUPTED;
  } finally {
    prompt?.close();
  }
};

function optionsOf(values: Values): Wizard["options"] {
  return {
    discordWebhook: values["discord-webhook"],
    telegramToken: values["telegram-token"],
    telegramChat: values["telegram-chat"],
    telegramTopic: values["telegram-topic"],
    webhook: values.webhook,
    allowPrivate: values["allow-private"],
    discordApi: values["discord-api"],
    telegramApi: values["telegram-api"],
    waitMs: values.wait ?? WAIT_MS,
  };
}

interface Frame {
  readonly paths: Paths;
  readonly values: Values;
  readonly io: CliIo;
}

async function converse(wizard: Wizard, { paths, values, io }: Frame): Promise<void> {
  const { dialog, options } = wizard;
  if (!(await begin(wizard, paths))) return;
  const webhookUrl = await askDiscord(wizard);
  const telegram = await askTelegram(wizard);
  const webhook = readWebhook(wizard);
  const isNothing = webhookUrl === null && telegram === null && webhook === null;
  if (dialog.isUnattended && isNothing) throw nothingGiven();
  const { discordApi, telegramApi } = options;
  const first = { webhookUrl, telegram, webhook, discordApi, telegramApi };
  const draft: Answers = { ...first, preset: "normal", venuesOff: [] };
  const settings = settingsOf(draft, paths, io);
  const write = (text: string) => (values.json ? io.err(text) : io.out(text));
  // A receiver that cannot know its secret yet would refuse.
  const isReady = ({ type }: TargetSettings) => type !== "webhook" || webhook?.isSecretNew !== true;
  const ready = settings.targets.filter(isReady);
  const tests =
    values["no-test"] || ready.length === 0 ? [] : await sendTests(ready, wizard, write);
  const venues = values["no-venues"] ? [] : await reachVenues(settings.venues, wizard);
  const venuesOff = await askVenuesOff(venues, wizard);
  const answers = { ...draft, venuesOff, preset: await askPreset(wizard) };
  settingsOf(answers, paths, io);
  const files = filesOf(answers, paths);
  const backups = writeFiles(files, `new-${Math.floor(wizard.runtime.random() * 1e9)}`);
  tellEnd({ files, backups, answers, settings }, { paths, wizard, io });
  if (!values.json) return;
  io.out(
    `${JSON.stringify({
      ok: true,
      files: files.map(({ path }) => path),
      backups,
      tests: tests.map(plainResult),
      venues: venues.map(({ venue, isReachable, isBlocked, troubles }) => {
        return { venue, reachable: isReachable, blocked: isBlocked, troubles };
      }),
    })}\n`,
  );
}

function nothingGiven(): LiqError {
  const how = "give --discord-webhook, or --telegram-token and --telegram-chat, or --webhook";
  return new LiqError("LIQ_COMMAND", `No target to set up: with --yes ${how}`);
}

/** False: what is there already is to stay. */
async function begin({ dialog }: Wizard, { config, secrets }: Paths): Promise<boolean> {
  if (!dialog.isUnattended) {
    dialog.title("Setting up liqwatch: five short steps, then it writes two files.");
    dialog.say("Nothing is written before the end; Ctrl-C stops.");
  }
  const hasConfig = readIfThere(config) !== null;
  const hasSecrets = readIfThere(secrets) !== null;
  if (hasConfig) dialog.say(`${config} is there already: it would be replaced.`);
  if (hasSecrets) dialog.say(`${secrets} is there already: only what you change here is changed.`);
  if (!hasConfig && !hasSecrets) return true;
  const question = "Go on? A copy of what is there is kept";
  const goesOn = await dialog.confirm(question, { enter: false, unattended: true });
  if (!goesOn) dialog.say("Nothing was changed; --out DIR writes elsewhere.");
  return goesOn;
}

function filesOf(answers: Answers, { config, secrets }: Paths): readonly NewFile[] {
  const variables = secretsOf(answers);
  const before = readIfThere(secrets);
  const text = envText(before, variables);
  const isChanged = Object.keys(variables).length > 0 && text !== before;
  return [
    ...(isChanged ? [{ path: secrets, text, mode: PRIVATE_MODE }] : []),
    { path: config, text: configText(answers), mode: PUBLIC_MODE },
  ];
}

/** What the daemon would make of these answers. Proves that the files are right before they exist. */
function settingsOf(answers: Answers, paths: Paths, io: CliIo): Settings {
  const texts = new Map(filesOf(answers, paths).map(({ path, text }) => [path, text]));
  const read = (path: string) => texts.get(path) ?? readIfThere(path) ?? "";
  // The answers are tried out, whatever the environment says besides.
  const env = { ...withEnvFile(io.env, paths.config, read), ...secretsOf(answers) };
  return loadSettings({ file: paths.config, env, readFile: read });
}

function tellEnd(
  end: {
    readonly files: readonly NewFile[];
    readonly backups: readonly string[];
    readonly answers: Answers;
    readonly settings: Settings;
  },
  { paths, wizard, io }: { readonly paths: Paths; readonly wizard: Wizard; readonly io: CliIo },
): void {
  const { dialog } = wizard;
  dialog.title("Done");
  for (const { path, mode } of end.files) {
    const isPrivate = mode === PRIVATE_MODE;
    dialog.say(`✓ ${path}${isPrivate ? "  the secrets, for you alone: keep it out of git" : ""}`);
  }
  for (const path of end.backups) dialog.say(`  ${path}  what was there before`);
  for (const [name, value] of Object.entries(secretsOf(end.answers))) {
    const real = io.env[name];
    if (real === undefined || real === value) continue;
    dialog.say(
      `! ${name} is also set in your environment (${masked(real)}), which wins: unset it.`,
    );
  }
  const { host, port } = end.settings.http;
  const isHere = resolve(paths.config) === resolve("liqwatch.yaml");
  const option = isHere ? "" : ` --config ${quoted(paths.config)}`;
  dialog.say("", `Next:  npx liqwatch run${option}`, `Page:  http://${host}:${port}`);
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
