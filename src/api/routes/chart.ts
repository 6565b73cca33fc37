/** `GET /v1/chart/{asset}.png`: the picture of `/chart`. */
import { z } from "zod";
import { formatDuration, parseDuration } from "../../duration.ts";
import { SECOND_WINDOWS_MS } from "../../rule.ts";
import { assetNamed } from "../asset-names.ts";
import { parameterReader } from "../parameters.ts";
import { Problem } from "../problem.ts";
import { RateLimit } from "../rate-limit.ts";
import { requireDeciding } from "../role.ts";
import type { Route } from "../route.ts";
import { assetParameter } from "../schemas.ts";

const WINDOWS = SECOND_WINDOWS_MS.map(formatDuration);
const MARKET = "market";

/** Of one address, at once and per second: a picture costs a hundred times what a figure does. */
const LIMITS = { burst: 10, perSecond: 1 };
/** Browsers and dashboards may show it this long, seconds. */
const KEPT_S = 5;

const params = z.strictObject({
  asset: assetParameter.describe(`Canonical asset, or \`${MARKET}\` for all`),
});
const query = z.strictObject({
  window: z.enum(WINDOWS).default("1h").describe("How far back"),
});

export const chartRoute: Route = {
  method: "GET",
  path: "/v1/chart/{asset}.png",
  summary: "A picture of longs and shorts over time",
  ...{ params, query, body: null, answer: null, mediaType: "image/png" },
  ...{ status: 200, needsAdmin: false },
  register(app, { queries, charts, monotonicMs }) {
    const limit = new RateLimit(LIMITS);
    const readParams = parameterReader(params);
    const readQuery = parameterReader(query);
    app.get("/v1/chart/:asset.png", async (request, reply) => {
      const { window } = readQuery(request.query);
      const { asset: named } = readParams(request.params);
      requireDeciding(queries, "charts are made of that one's memory; /v1/totals answers here");
      const isMarket = named.toLowerCase() === MARKET;
      const asset = isMarket ? undefined : assetNamed(named, queries.assets(), { status: 404 });
      requireRoom(limit.take(request.ip, monotonicMs()));
      const windowMs = parseDuration(window) ?? 0;
      const { picture } = await charts.draw({ windowMs, asset });
      if (picture === null) throw notPainted();
      const { bytes, name } = picture;
      reply.header("cache-control", `max-age=${KEPT_S}`);
      reply.header("content-disposition", `inline; filename="${name}"`);
      return reply.type("image/png").send(Buffer.from(bytes));
    });
  },
};

function requireRoom(waitMs: number): void {
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  throw new Problem(429, `Too many charts from one address; again in ${seconds} s`, {
    headers: { "retry-after": String(seconds) },
  });
}

function notPainted(): Problem {
  return new Problem(503, "The chart could not be painted in time", {
    headers: { "retry-after": String(KEPT_S) },
  });
}
