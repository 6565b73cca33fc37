/** The envelope's bins on the demo's clock. Pure. */
import type { Envelope } from "./envelope.ts";

/** A bin's rows are spread over at least this, so that the thickest one is a wave and not a wall. */
const WAVE_MS_MIN = 600;

export interface Wave {
  /** Of all liquidations of the crash. */
  readonly share: number;
  readonly fromMs: number;
  readonly lengthMs: number;
}

export interface Span {
  readonly fromMs: number;
  readonly lengthMs: number;
}

/** The bins pressed into `span`, in order; the shares add up to 1. */
export function wavesOf({ bins }: Envelope, span: Span): readonly Wave[] {
  const total = bins.reduce((sum, bin) => sum + bin.liquidations, 0);
  const lastSecond = bins.at(-1)?.second ?? 0;
  const msPerSecond = span.lengthMs / (lastSecond + 1);
  return bins.map((bin, index) => {
    const startMs = bin.second * msPerSecond;
    const nextMs = (bins[index + 1]?.second ?? lastSecond + 1) * msPerSecond;
    const wantedMs = Math.max(WAVE_MS_MIN, nextMs - startMs);
    return {
      share: bin.liquidations / Math.max(1, total),
      fromMs: span.fromMs + startMs,
      lengthMs: Math.min(wantedMs, span.lengthMs - startMs),
    };
  });
}

/** Which share of all liquidations lies before `offsetMs`: 0 at the start, 1 at the end. */
export function shareBefore(waves: readonly Wave[], offsetMs: number): number {
  let before = 0;
  for (const { share, fromMs, lengthMs } of waves) {
    if (offsetMs <= fromMs) break;
    before += share * Math.min(1, (offsetMs - fromMs) / lengthMs);
  }
  return Math.min(1, before);
}
