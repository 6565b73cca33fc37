/** What the store's thread tells: into the read model, the metrics and the log. */
import { LiqError } from "./errors.ts";
import type { LiveQueries } from "./live-queries.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { StoreEvent } from "./store/store.ts";

interface StoreEventParts {
  readonly queries: LiveQueries;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly onFatal: (error: LiqError) => void;
}

export function storeEvents(parts: StoreEventParts): (event: StoreEvent) => void {
  const { queries, metrics, log, onFatal } = parts;
  return (event) => {
    queries.onStoreEvent(event);
    tellHealth(log, event);
    if (event.type === "delivery") metrics.delivery(event);
    if (event.type === "cleared") metrics.cleared({ ...event.cleared }, event.atMs);
    if (event.type !== "role") return;
    if (event.role === "standby") {
      queries.role = "standby";
      log.info({}, "Another daemon decides on this database; this one stands by");
    }
    if (event.role === "lost") {
      onFatal(new LiqError("LIQ_STORE", "Another process decides now, this one stops"));
    }
  };
}

/** A database that is away is waited for, at the start too: whoever looks at the log must know. */
function tellHealth(log: Log, event: StoreEvent): void {
  if (event.type === "trouble" && event.part === "database") {
    log.warn({ code: "LIQ_STORE", reason: event.message }, "Database is away; work waits for it");
  }
  if (event.type === "recovered" && event.part === "database") log.info({}, "Database is back");
}
