/** Charts of the running daemon: figures, drawn and painted; the last ones are kept for a moment. */
import type { Chart, ChartFigures, ChartQuery, Charts } from "./chart.ts";
import { type ChartOptions, chartAlt, chartName, chartSvg } from "./render/chart.ts";
import type { Runtime } from "./runtime.ts";

/** A crowd that asks for the same chart sees one picture. */
const KEPT_MS = 5_000;
/** All windows of a few assets; a picture is about 100 KB. */
const KEPT_MAX = 40;

export interface LiveChartsOptions extends ChartOptions {
  readonly figures: (query: ChartQuery) => Promise<ChartFigures>;
  /** null = not in time. */
  readonly paint: (svg: string) => Promise<Uint8Array | null>;
  readonly runtime: Pick<Runtime, "monotonicMs">;
}

interface Kept {
  readonly chart: Promise<Chart>;
  readonly sinceMs: number;
}

export class LiveCharts implements Charts {
  readonly #options: LiveChartsOptions;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(options: LiveChartsOptions) {
    this.#options = options;
  }

  draw(query: ChartQuery): Promise<Chart> {
    const key = `${query.windowMs} ${query.asset ?? ""}`;
    const nowMs = this.#options.runtime.monotonicMs();
    const known = this.#kept.get(key);
    if (known !== undefined && nowMs - known.sinceMs < KEPT_MS) return known.chart;
    const chart = this.#draw(query);
    this.#keep(key, { chart, sinceMs: nowMs });
    const forget = () => {
      if (this.#kept.get(key)?.chart === chart) this.#kept.delete(key);
    };
    // What failed may work for the next one who asks.
    chart.then(({ picture }) => picture === null && forget(), forget);
    return chart;
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_MAX) return;
      this.#kept.delete(oldest);
    }
  }

  async #draw(query: ChartQuery): Promise<Chart> {
    const figures = await this.#options.figures(query);
    const bytes = await this.#options.paint(chartSvg(figures, this.#options));
    if (bytes === null) return { figures, picture: null };
    const alt = chartAlt(figures, this.#options);
    return { figures, picture: { bytes, name: chartName(figures), alt } };
  }
}
