/** Charts without an engine and a painter: chosen figures, and the smallest picture there is. */
import type { Chart, ChartQuery, Charts } from "../../src/chart.ts";
import { chartName } from "../../src/render/chart.ts";
import { SAMPLES } from "../render/chart-samples.ts";

/** One grey pixel. */
export const TINY_PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

export class SampleCharts implements Charts {
  readonly asked: ChartQuery[] = [];
  /** False = nothing can be painted. */
  canPaint = true;

  async draw(query: ChartQuery): Promise<Chart> {
    this.asked.push(query);
    const figures = { ...(query.asset === "KAS" ? SAMPLES.none : SAMPLES.crash), query };
    const name = chartName(figures);
    const picture = { bytes: TINY_PNG, name, alt: "A chart" };
    return { figures, picture: this.canPaint ? picture : null };
  }
}
