/** `/v1/mutes`: who is kept quiet; `POST` and `DELETE` for the admin alone. */
import { z } from "zod";
import { MUTE_MS_MAX } from "../../alert.ts";
import { DURATION, DURATION_EXPECTED, parseDuration } from "../../duration.ts";
import { VENUE_IDS } from "../../liquidation.ts";
import { type Mute, muteKey } from "../../mute.ts";
import { didYouMean } from "../../nearest.ts";
import { assetNamed } from "../asset-names.ts";
import { iso } from "../json.ts";
import { Problem } from "../problem.ts";
import { controlsOf, route } from "../route.ts";
import * as is from "../schemas.ts";

const RULE_CHARS_MAX = 60;
const ID_CHARS_MAX = 200;

/** The id of the mute of everything; assets are spelled in capitals. */
const EVERYTHING = "all";

export const MuteJson = z.strictObject({
  id: z
    .string()
    .nullable()
    .describe("For DELETE: the asset, all, or a name made of several; null = of the configuration"),
  asset: z.string().nullable().describe("null = whatever the asset"),
  venue: z.enum(VENUE_IDS).nullable().describe("Alerts about this venue alone; null = any"),
  rule: z.string().nullable().describe("null = any rule"),
  until: is.time.nullable().describe("null = until the configuration changes"),
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
  summary: "Keeps alerts quiet for a while: of an asset, a venue, a rule, or all",
  needsAdmin: true,
  status: 201,
  body: z.strictObject({
    asset: is.assetParameter.nullable().default(null).describe("null = whatever the asset"),
    venue: z.enum(VENUE_IDS).nullable().default(null).describe("Alerts about this venue alone"),
    rule: z.string().max(RULE_CHARS_MAX).nullable().default(null).describe("A rule by its name"),
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
    const { venue, rule } = body;
    if (rule !== null && !queries.rules().some(({ name }) => name === rule)) {
      const names = queries.rules().map(({ name }) => name);
      const detail = `rule is ${JSON.stringify(rule)}, which is not known${didYouMean(rule, names)}`;
      throw Problem.ofParameters([{ parameter: "rule", detail }]);
    }
    const narrow = { ...(venue !== null && { venue }), ...(rule !== null && { rule }) };
    const mute: Mute = { asset, ...narrow, untilMs: startMs + forMs, by: `http:${address}` };
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
  params: z.strictObject({ id: z.string().max(ID_CHARS_MAX).describe("As GET gives it") }),
  async handle({ params, address }, context) {
    const { id } = params;
    const mutes = context.queries.mutes().filter(({ untilMs }) => Number.isFinite(untilMs));
    const muted = mutes.find((mute) => idOf(mute).toLowerCase() === id.toLowerCase());
    const isEnded =
      muted !== undefined && (await controlsOf(context).unmute(muted, `http:${address}`));
    if (isEnded) return null;
    const detail = `id ${JSON.stringify(id)} is not muted`;
    throw Problem.ofParameters([{ parameter: "id", detail }], 404);
  },
});

function idOf(mute: Mute): string {
  return muteKey(mute) || EVERYTHING;
}

function muteJson(mute: Mute): z.input<typeof MuteJson> {
  const { asset, venue = null, rule = null, untilMs } = mute;
  const isEnding = Number.isFinite(untilMs);
  const until = isEnding ? iso(untilMs) : null;
  return { id: isEnding ? idOf(mute) : null, asset, venue, rule, until };
}
