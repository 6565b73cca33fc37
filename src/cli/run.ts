/** `liqwatch run`: the daemon, on real venues or as a demo on local ones. */
import { loadSettings, type Settings } from "../config.ts";
import { type Daemon, startDaemon } from "../daemon.ts";
import { type Demo, startDemo } from "../demo/demo.ts";
import type { LiqError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createLog } from "../log-pino.ts";
import { nodeRuntime } from "../runtime-node.ts";
import { parseArguments } from "./arguments.ts";
import type { CliIo, Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

export const run: Command = async (args, io) => {
  const { values } = parseArguments(COMMANDS.run, args);
  const runtime = nodeRuntime;
  const stopped = new Promise<void>((resolve) => {
    if (io.signal?.aborted === true) resolve();
    io.signal?.addEventListener("abort", () => resolve(), { once: true });
  });
  const demo = values.demo ? await startDemo({ runtime }) : null;
  try {
    const settings = settingsFor(demo, values.config, io);
    const log = createLog({ level: settings.log.level, isTty: io.isTty, write: io.err });
    let fail = (_error: LiqError): void => {};
    const failed = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    failed.catch(() => {});
    const daemon = await startDaemon({
      ...{ settings, runtime, log, onFatal: fail },
      label: demo === null ? null : "SIMULATION",
      inboxes: demo?.inboxes ?? null,
    });
    try {
      await Promise.race([daemon.ready, stopped, failed]);
      greet(daemon, { settings, demo, io });
      demo?.play(log);
      const over = values.for === null ? [] : [runtime.sleep(values.for)];
      await Promise.race([stopped, failed, ...over]);
    } finally {
      await stopDaemon(daemon, log);
    }
    if (values.json) io.out(`${JSON.stringify(daemon.summary())}\n`);
  } finally {
    await demo?.close();
  }
  return 0;
};

function settingsFor(demo: Demo | null, file: string | null, io: CliIo): Settings {
  const source = { file, env: io.env };
  return loadSettings(demo === null ? source : demo.settingsSource(source));
}

/** What a first look at the terminal should tell; stdout stays free for the summary. */
function greet(
  daemon: Daemon,
  { settings, demo, io }: { settings: Settings; demo: Demo | null; io: CliIo },
): void {
  const venues = settings.venues.filter((venue) => venue.enabled).map(({ id }) => id);
  for (const note of settings.notes) io.err(`${note}\n`);
  if (demo !== null) io.err("SIMULATION: local venues and inboxes, invented liquidations\n");
  io.err(
    `Listening to ${venues.join(", ")}; telling ${settings.targets.map(({ name }) => name).join(", ")}\n`,
  );
  io.err(`Page: ${daemon.url}\n`);
}

async function stopDaemon(daemon: Daemon, log: Log): Promise<void> {
  const { failed, unfinished } = await daemon.stop();
  if (failed.length + unfinished.length > 0)
    log.warn({ failed, unfinished }, "Stopped with remarks");
}
