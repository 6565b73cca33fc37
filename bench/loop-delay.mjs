/** Loaded into the demo's process with --import: writes the main thread's event-loop delay at its end. */
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const NS_PER_MS = 1e6;

if (isMainThread && process.env.LOOP_DELAY_FILE !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The start of the process is not what people wait for: counting begins with the script.
  setTimeout(() => delay.reset(), 10_000).unref();
  process.on("exit", () => {
    const ms = (ns) => Math.round((ns / NS_PER_MS) * 10) / 10;
    const figures = {
      p50Ms: ms(delay.percentile(50)),
      p99Ms: ms(delay.percentile(99)),
      maxMs: ms(delay.max),
      rssMb: Math.round(process.memoryUsage().rss / 1e6),
    };
    writeFileSync(process.env.LOOP_DELAY_FILE, JSON.stringify(figures));
  });
}
