/** A painter's thread that takes a job and never comes back. */
import { parentPort } from "node:worker_threads";

parentPort.on("message", () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
