/** `liqwatch run`: the daemon, on real venues or as a demo on local ones. */
import { watchFile } from "../config/watch.ts";
import { loadSettings, type Settings, type SettingsSource } from "../config.ts";
import { type Daemon, startDaemon } from "../daemon.ts";
import {
  DEMO_CONFIG_FILE,
  type Demo,
  demoEnvironment,
  simulatedVenues,
  startDemo,
} from "../demo/demo.ts";
import { LiqError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createLog } from "../log-pino.ts";
import { nodeRuntime } from "../runtime-node.ts";
import { parseArguments } from "./arguments.ts";
import type { CliIo, Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

const runtime = nodeRuntime;

interface RunOptions {
  /** The summary as one line on stdout at the end. */
  readonly json: boolean;
  /** Stop this long after being ready; null = when asked to. */
  readonly forMs: number | null;
  /** Folder for a recording; null = none. */
  readonly recordTo: string | null;
}

export const run: Command = async (args, io) => {
  const { values } = parseArguments(COMMANDS.run, args);
  const options = { json: values.json, forMs: values.for, recordTo: values.record };
  const file = values.config;
  if (values.venues !== null && !values.demo) {
    const way = "venues of a real run are turned on and off in the configuration";
    throw new LiqError("LIQ_COMMAND", `Option --venues goes with --demo: ${way}`);
  }
  if (!values.demo) {
    return runDaemon(worldOf({ file, env: io.environment(file) }, null, io), options, io);
  }
  const demo = await startDemo({
    ...{ runtime, log: createLog({ level: "info", ...logOutput(io) }) },
    ...(values.venues === null ? {} : { venues: simulatedVenues() }),
  });
  try {
    const source = {
      file: file ?? DEMO_CONFIG_FILE,
      env: demoEnvironment(io.env),
      overrides: demo.overrides,
    };
    return await runDaemon(worldOf(source, demo, io), options, io);
  } finally {
    await demo.close();
  }
};

interface World {
  readonly source: SettingsSource;
  readonly settings: Settings;
  readonly demo: Demo | null;
  readonly log: Log;
}

function worldOf(source: SettingsSource, demo: Demo | null, io: CliIo): World {
  const settings = loadSettings(source);
  const log = createLog({ level: settings.log.level, ...logOutput(io) });
  return { source, settings, demo, log };
}

async function runDaemon(world: World, options: RunOptions, io: CliIo): Promise<number> {
  const { source, settings, demo, log } = world;
  const end = new AbortController();
  const ended = new Promise<LiqError | null>((resolve) => {
    const stop = () => resolve(null);
    if (io.signal?.aborted === true) stop();
    io.signal?.addEventListener("abort", stop, { once: true });
    end.signal.addEventListener("abort", () => resolve(end.signal.reason), { once: true });
  });
  const daemon = await startDaemon({
    ...{ settings, runtime, log, readSettings: () => loadSettings(source) },
    label: demo === null ? null : "SIMULATION",
    inboxes: demo?.inboxes ?? null,
    onFatal: (error) => end.abort(error),
    recordTo: options.recordTo,
    // With --json stdout holds the summary alone.
    onConsole: options.json ? io.err : io.out,
  });
  greet(daemon, world, io);
  const stopWatching = watchSettings(daemon, world, io);
  const isReady = await Promise.race([
    daemon.ready.then(() => true),
    ended.then(() => false),
  ]).catch(() => false);
  const script = new AbortController();
  const playing = isReady ? demo?.run(script.signal) : undefined;
  if (isReady && options.forMs !== null) await Promise.race([ended, runtime.sleep(options.forMs)]);
  else await ended;
  if (!end.signal.aborted) log.info({}, "Stopping in order; a second signal ends it at once");
  script.abort();
  await playing;
  stopWatching();
  const { failed, unfinished } = await daemon.stop();
  if (failed.length + unfinished.length > 0)
    log.warn({ failed, unfinished }, "Not all parts stopped");
  if (end.signal.aborted) throw end.signal.reason;
  const summary = daemon.summary();
  const { liquidations, alerts, deliveries } = summary;
  const { delivered, pending } = deliveries;
  log.info({ liquidations, alertsOpened: alerts.opened, delivered, pending }, "Stopped");
  if (options.json) io.out(`${JSON.stringify(summary)}\n`);
  return 0;
}

/** What a first look at the terminal should tell; stdout stays free for the summary. */
function greet(daemon: Daemon, { settings, demo }: World, io: CliIo): void {
  const venues = settings.venues.filter((venue) => venue.enabled).map(({ id }) => id);
  const targets = settings.targets.map(({ name }) => name);
  for (const note of settings.notes) io.err(`${note}\n`);
  if (demo !== null) io.err("SIMULATION: local venues and inboxes, invented liquidations\n");
  io.err(`Listening to ${venues.join(", ")}; telling ${targets.join(", ")}\n`);
  io.err(`Page: ${daemon.url}\n`);
}

/** A saved file and SIGHUP both have the configuration read again. */
function watchSettings(daemon: Daemon, { settings, log }: World, io: CliIo): () => void {
  const reload = () => void daemon.reload();
  io.onHangup?.(reload);
  if (settings.file === null) return () => {};
  return watchFile(settings.file, { runtime, log, onChange: reload });
}

function logOutput(io: CliIo): { isTty: boolean; write: (text: string) => void } {
  return { isTty: io.isTty, write: io.err };
}
