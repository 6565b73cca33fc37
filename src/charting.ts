/** Wires charts: figures from the read model, the painter's thread, the metrics. */
import type { Charts } from "./chart.ts";
import type { Venue } from "./feeds/venue.ts";
import { LiveCharts } from "./live-charts.ts";
import type { LiveQueries } from "./live-queries.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { Painter } from "./pictures/painter.ts";
import type { Runtime } from "./runtime.ts";
import type { Shutdown } from "./shutdown.ts";

interface ChartingOptions {
  readonly queries: LiveQueries;
  readonly venues: readonly Venue[];
  readonly metrics: Metrics;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly shutdown: Shutdown;
}

/** The painter's thread starts with the first chart that somebody asks for. */
export function openCharts(options: ChartingOptions): Charts {
  const { queries, venues, metrics, runtime, log, shutdown } = options;
  const painter = new Painter({ runtime, log, onPaint: (picture) => metrics.picture(picture) });
  shutdown.add("painter", () => painter.close());
  return new LiveCharts({
    figures: (query) => queries.chart(query),
    paint: (svg) => painter.paint(svg),
    ...{ label: queries.label, runtime },
    titleOf: (id) => venues.find((venue) => venue.id === id)?.title ?? id,
  });
}
