/**
 * A process of its own for tests: opens the store and commits one row after the other until it is
 * killed. Says "role X" and "acked KEY" on stdout, one per line; argument = settings as JSON.
 */
import { SILENT_LOG } from "../../dist/log.js";
import { nodeRuntime } from "../../dist/runtime-node.js";
import { startStoreThread } from "../../dist/store/thread.js";

const { prefix, ...settings } = JSON.parse(process.argv[2] ?? "{}");
const say = (line) => process.stdout.write(`${line}\n`);
const thread = startStoreThread({
  settings: {
    redisUrl: null,
    targets: [],
    label: null,
    logLevel: "error",
    retention: null,
    ...settings,
  },
  log: SILENT_LOG,
  runtime: nodeRuntime,
  onEvent: (event) => event.type === "role" && say(`role ${event.role}`),
  onCrash: (error) => say(`crash ${error.message}`),
});

try {
  await thread.open();
  for (let at = 0; ; at += 1) {
    const dedupeKey = `${prefix}|${at}`;
    const row = {
      ...{ venue: "bybit", symbol: null, market: null, asset: "BTC", positionSide: "long" },
      ...{ kind: "liquidation", price: null, priceKind: null, size: null, notionalCents: 100 },
      ...{ occurredAtMs: 1.79e12 + at, receivedAtMs: 1.79e12 + at, history: false },
      ...{ orderKey: dedupeKey, dedupeKey },
    };
    await thread.store.commit({
      liquidations: [{ row, countsOrder: true }],
      decisions: [],
      deliveries: [],
      stories: [],
      scopes: [],
      gaps: [],
      engineNowMs: 1.79e12 + at,
    });
    say(`acked ${dedupeKey}`);
  }
} catch (error) {
  say(`failed ${error.code} ${error.message}`);
  process.exitCode = 1;
  await thread.close();
}
