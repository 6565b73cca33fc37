/** Every route whose parameters and answers are described by schemas, in the order of documents. */
import type { Route } from "../route.ts";
import { alertsRoute, deliveriesRoute } from "./alerts.ts";
import { cascadeRoute } from "./cascade.ts";
import { chartRoute } from "./chart.ts";
import { contextRoute } from "./context.ts";
import { incidentsRoute } from "./incidents.ts";
import { levelsRoute } from "./levels.ts";
import { liquidationsRoute } from "./liquidations.ts";
import { muteRoute, mutesRoute, unmuteRoute } from "./mutes.ts";
import { testTargetRoute } from "./targets.ts";
import { totalsRoute } from "./totals.ts";
import { venuesRoute } from "./venues.ts";
import { windowsRoute } from "./windows.ts";

export const ROUTES: readonly Route[] = [
  totalsRoute,
  windowsRoute,
  chartRoute,
  contextRoute,
  levelsRoute,
  cascadeRoute,
  liquidationsRoute,
  alertsRoute,
  deliveriesRoute,
  incidentsRoute,
  venuesRoute,
  mutesRoute,
  muteRoute,
  unmuteRoute,
  testTargetRoute,
];
