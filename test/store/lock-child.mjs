/**
 * A process of its own for tests: holds a data directory and computes without a pause, as the
 * embedded database may. Says "held PID", or why not; argument = directory and times as JSON.
 */
import { SILENT_LOG } from "../../dist/log.js";
import { nodeRuntime } from "../../dist/runtime-node.js";
import { acquireLockFile } from "../../dist/store/lock-file.js";

const { dataDir, ...times } = JSON.parse(process.argv[2] ?? "{}");
const say = (line) => process.stdout.write(`${line}\n`);
try {
  const onTaken = () => say("taken");
  await acquireLockFile(dataDir, { runtime: nodeRuntime, log: SILENT_LOG, onTaken, ...times });
  process.stdout.write(`held ${process.pid}\n`, () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
} catch (error) {
  say(error.message);
}
