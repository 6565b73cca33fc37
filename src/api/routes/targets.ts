/** `/v1/targets/{name}/test`: does a message arrive? For the admin alone. */
import { z } from "zod";
import { LiqError } from "../../errors.ts";
import { Problem } from "../problem.ts";
import { controlsOf, route } from "../route.ts";
import * as is from "../schemas.ts";

const NAME_CHARS_MAX = 64;

export const TargetTestJson = z.strictObject({
  target: z.string(),
  delivered: z.boolean(),
  latencyMs: is.count,
  remoteId: z.string().nullable().describe("The message's id at the service, where it gives one"),
  reason: z.string().nullable().describe("Why it was not delivered, in a word"),
  detail: z.string().nullable().describe("The same in the service's words"),
  rearmed: z.boolean().describe("The target was parked and takes messages again"),
  resent: is.count.describe("Messages that waited for the target and are sent now"),
});

export const testTargetRoute = route({
  method: "POST",
  path: "/v1/targets/{name}/test",
  summary: "Sends a TEST message, one attempt; one that arrives re-arms a parked target",
  needsAdmin: true,
  params: z.strictObject({
    name: z.string().min(1).max(NAME_CHARS_MAX).describe("A name under notifiers"),
  }),
  answer: TargetTestJson,
  async handle({ params, address }, context) {
    const test = await controlsOf(context)
      .testAlert(params.name, `http:${address}`)
      .catch((error: unknown) => {
        if (!(error instanceof LiqError) || error.code !== "LIQ_COMMAND") throw error;
        throw Problem.ofParameters([{ parameter: "name", detail: error.message }], 404);
      });
    const { target, refusal, latencyMs, remoteId, isRearmed, resent } = test;
    return {
      ...{ target, delivered: refusal === null, latencyMs, remoteId },
      ...{ reason: refusal?.reason ?? null, detail: refusal?.detail ?? null },
      ...{ rearmed: isRearmed, resent },
    };
  },
});
