/** Entry of the painter's thread, and the only place that knows resvg. */
import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import { Resvg, type ResvgRenderOptions } from "@resvg/resvg-js";
import { messageOf } from "../errors.ts";
import type { PaintAnswer, PaintJob } from "./painter.ts";

/** Phones and modern screens have two pixels where a page has one. */
const ZOOM = 2;

/**
 * The bundled font alone: without it machines that have no fonts draw no letters, and say nothing.
 * The same path from `src/pictures` and from `dist/pictures`.
 */
const OPTIONS: ResvgRenderOptions = {
  fitTo: { mode: "zoom", value: ZOOM },
  font: {
    loadSystemFonts: false,
    fontFiles: [fileURLToPath(new URL("../../assets/DejaVuSans.ttf", import.meta.url))],
    defaultFontFamily: "DejaVu Sans",
  },
};

parentPort?.on("message", ({ id, svg }: PaintJob) => {
  parentPort?.postMessage(paint(id, svg));
});

function paint(id: number, svg: string): PaintAnswer {
  try {
    return { id, png: new Resvg(svg, OPTIONS).render().asPng() };
  } catch (thrown) {
    return { id, reason: messageOf(thrown) };
  }
}
