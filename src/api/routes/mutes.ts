/** `/v1/mutes`: who is kept quiet; `POST` and `DELETE` for the admin alone. */
import { z } from "zod";
import { MUTE_MS_MAX } from "../../alert.ts";
import { DURATION, DURATION_EXPECTED, parseDuration } from "../../duration.ts";
import type { Mute } from "../../queries.ts";
import { assetNamed } from "../asset-names.ts";
import { iso } from "../json.ts";
import { Problem } from "../problem.ts";
import { controlsOf, route } from "../route.ts";
import * as is from "../schemas.ts";

/** The id of the mute of everything; assets are spelled in capitals. */
const EVERYTHING = "all";

export const MuteJson = z.strictObject({
  id: z.string().describe("For DELETE: the asset, or all"),
  asset: z.string().nullable().describe("null = everything"),
  until: is.time,
});

export const MutesJson = is.listOf(MuteJson);

export const mutesRoute = route({
  path: "/v1/mutes",
  summary: "What is muted, and until when",
  answer: MutesJson,
  handle: (_asked, { queries }) => {
    return { label: queries.label, items: queries.mutes().map(muteJson) };
  },
});

export const muteRoute = route({
  method: "POST",
  path: "/v1/mutes",
  summary: "Keeps the alerts of an asset, or all, quiet for a while; replaces an earlier mute",
  needsAdmin: true,
  status: 201,
  body: z.strictObject({
    asset: is.assetParameter.nullable().default(null).describe("null = everything"),
    for: z.string().regex(DURATION, DURATION_EXPECTED).describe("At most 30d, such as 2h"),
  }),
  answer: MuteJson,
  async handle({ body, address }, context) {
    const { queries, nowMs } = context;
    const asset = body.asset === null ? null : assetNamed(body.asset, queries.assets());
    const startMs = queries.status().engineNowMs ?? nowMs();
    const forMs = parseDuration(body.for) ?? 0;
    if (forMs === 0 || forMs > MUTE_MS_MAX) {
      const detail = `for is ${body.for}, expected more than 0s and at most 30d`;
      throw Problem.ofParameters([{ parameter: "for", detail }]);
    }
    const mute: Mute = { asset, untilMs: startMs + forMs, by: `http:${address}` };
    await controlsOf(context).mute(mute);
    return muteJson(mute);
  },
});

export const unmuteRoute = route({
  method: "DELETE",
  path: "/v1/mutes/{id}",
  summary: "Ends a mute",
  needsAdmin: true,
  status: 204,
  params: z.strictObject({ id: is.assetParameter.describe("The asset, or all") }),
  async handle({ params, address }, context) {
    const { id } = params;
    const muted = context.queries.mutes().map((mute) => mute.asset);
    const isMuted = (asset: string | null) =>
      id === EVERYTHING ? asset === null : asset?.toLowerCase() === id.toLowerCase();
    const asset = muted.find(isMuted);
    const isEnded =
      asset !== undefined && (await controlsOf(context).unmute(asset, `http:${address}`));
    if (isEnded) return null;
    const detail = `id ${JSON.stringify(id)} is not muted`;
    throw Problem.ofParameters([{ parameter: "id", detail }], 404);
  },
});

function muteJson({ asset, untilMs }: Mute): z.input<typeof MuteJson> {
  return { id: asset ?? EVERYTHING, asset, until: iso(untilMs) };
}
