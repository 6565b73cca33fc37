/** The keys under `context`: what is asked of the venues besides liquidations. */
import { z } from "zod";
import { CONTEXT_VENUES } from "../market-context.ts";

/** Quicker rounds would take the venues' limits, slower ones miss what happens in five minutes, ms. */
const EVERY_MS_MIN = 5_000;
const EVERY_MS_MAX = 60_000;

/** `duration` and `assets` are the shapes that all keys share. */
export function contextSchema(shapes: {
  readonly duration: z.ZodType<number, string>;
  readonly assets: z.ZodType<string[], string[]>;
}) {
  return z
    .strictObject({
      enabled: z.boolean().default(true).describe("Ask for open interest, funding and mark prices"),
      venues: z
        .array(z.enum(CONTEXT_VENUES))
        .default([...CONTEXT_VENUES])
        .describe("Of these venues, as far as they are enabled under venues"),
      every: shapes.duration
        .refine((everyMs) => everyMs >= EVERY_MS_MIN && everyMs <= EVERY_MS_MAX, {
          error: "from 5s to 60s",
        })
        .prefault("15s")
        .describe("From one round to the next; what is older than three rounds is not used"),
      assets: shapes.assets
        .default(["@majors", "@large-caps"])
        .describe("What is asked for one by one: open interest of Binance; @name is a list"),
    })
    .prefault({})
    .describe("Open interest, funding and reference prices");
}
