/** Feeds, incidents and the last liquidations. */
import { age, byId, element, showList } from "./element.js";
import { clock, count, duration, lag, mainSide, money, price, windowText } from "./format.js";
import { venueTitle } from "./titles.js";

/** A subscribed feed without rows for this long is called quiet. */
const QUIET_MS = 30_000;
const SEEN = ["live", "quiet", "suspect", "unsteady"];

/** Re-drawn every second too, because a feed turns quiet by waiting. @param {readonly any[]} feeds @param {number} nowMs */
export function showFeeds(feeds, nowMs) {
  showList(
    byId("feeds"),
    feeds.map((feed) => ({ ...feed, look: lookOf(feed, nowMs) })),
    (feed) => feed.venue,
    feedRow,
  );
  const down = feeds.filter((feed) => !SEEN.includes(lookOf(feed, nowMs))).length;
  byId("feeds-ok").textContent = `${feeds.length - down} of ${feeds.length} watched`;
}

/** @param {any} feed @param {number} nowMs */
function lookOf(feed, nowMs) {
  if (feed.condition !== "subscribed") return feed.condition;
  if (feed.unreadableSince !== null) return "unreadable";
  if (feed.unsteadySince !== null) return "unsteady";
  if (feed.suspectSince !== null) return "suspect";
  const quietSince = Date.parse(feed.lastRowAt ?? feed.since);
  return nowMs - quietSince >= QUIET_MS ? "quiet" : "live";
}

const LOOK_WORDS = {
  live: "live",
  quiet: "quiet, heartbeat ok",
  connecting: "connecting",
  down: "DOWN",
  unreadable: "UNREADABLE",
  unsteady: "UNSTEADY, hangs up again and again",
  suspect: "SIDES IN DOUBT",
};

/** @param {any} feed */
function feedRow(feed) {
  const isUnreadable = feed.look === "unreadable";
  const isDown = feed.look === "down" || isUnreadable;
  const words = LOOK_WORDS[/** @type {keyof typeof LOOK_WORDS} */ (feed.look)];
  return element(
    "li",
    { class: `feed ${isDown ? "down" : feed.look}` },
    element("span", { class: "dot", "aria-hidden": "true" }),
    element("span", { class: "feed-name" }, feed.title),
    element(
      "span",
      { class: "feed-state" },
      words,
      ...(isDown
        ? [" for ", age(isUnreadable ? feed.unreadableSince : feed.since, { "data-age": "for" })]
        : []),
    ),
    element(
      "span",
      { class: "feed-day" },
      money(feed.dayUsd),
      element("span", { class: "dim" }, " / 24 h"),
    ),
    element(
      "span",
      { class: "feed-facts dim" },
      ...(isDown ? [`nothing is seen: ${whyDark(feed)}`] : feedFacts(feed)),
    ),
  );
}

/** @param {any} feed */
function whyDark(feed) {
  if (feed.look === "unreadable") return "its messages cannot be read, the log says why";
  return feed.reason ?? "disconnected";
}

/** @param {any} feed */
function feedFacts(feed) {
  const reconnects =
    feed.reconnects === 0
      ? ""
      : ` · ${count(feed.reconnects)} reconnect${feed.reconnects === 1 ? "" : "s"}`;
  const last = feed.lastRowAt === null ? ["no row yet"] : ["last row ", age(feed.lastRowAt)];
  return [
    ...last,
    ` · lag ${lag(feed.lagMs)} · ${count(feed.rows)} rows${reconnects} · shows ${feed.shows}`,
  ];
}

/** @param {readonly any[]} incidents */
export function showIncidents(incidents) {
  byId("incidents-none").hidden = incidents.length > 0;
  const open = incidents.filter((incident) => incident.calmedAt === null).length;
  byId("incidents-open").textContent = open === 0 ? "none running" : `${open} running`;
  showList(
    byId("incidents"),
    incidents.toSorted(byWeight),
    (incident) => incident.incidentId,
    incidentCard,
  );
}

const SEVERITIES = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];

/** What runs comes first, the market before assets, the gravest on top. @param {any} left @param {any} right */
function byWeight(left, right) {
  const weight = (/** @type {any} */ incident) =>
    (incident.calmedAt === null ? 100 : 0) +
    (incident.calmedAt === null && incident.scopeKey === "market" ? 10 : 0) +
    (incident.calmedAt === null ? SEVERITIES.indexOf(incident.severity) : 0);
  return weight(right) - weight(left);
}

/** The largest single row must not read as a sum. @param {any} incident */
function figureOf({ metric, value }) {
  if (metric === "largestUsd") return `one of ${money(value)}`;
  if (metric === "usdPerSecond") return `${money(value)}/s`;
  if (metric === "timesNormal") return `${value.toFixed(1)}x its usual`;
  if (metric === "riskScore") return `risk ${value.toFixed(2)}`;
  if (metric === "cascadeScore") return `signal ${value.toFixed(2)}`;
  return metric === "notionalUsd" ? money(value) : count(value);
}

/** @param {any} incident @param {boolean} isNew */
function incidentCard(incident, isNew) {
  const side = mainSide(incident.longUsd, incident.shortUsd);
  const isOpen = incident.calmedAt === null;
  const name = incident.scopeKey === "market" ? "MARKET" : incident.scopeKey;
  const value = figureOf(incident);
  return element(
    "li",
    { class: `incident ${side.name} ${isOpen ? "open" : "calmed"}${isNew ? " new" : ""}` },
    element(
      "p",
      { class: "incident-head" },
      element("strong", {}, name),
      element("span", { class: "incident-value" }, `${value} in ${windowText(incident.windowMs)}`),
      element("span", { class: `severity ${incident.severity}` }, incident.severity),
    ),
    element(
      "p",
      { class: "dim" },
      element("span", { class: side.name }, side.words),
      ` · ${isOpen ? "running" : "calmed"} `,
      isOpen ? age(incident.startedAt, { "data-age": "for" }) : age(incident.calmedAt),
      isOpen ? "" : ` after ${lasted(incident)}, peak shown`,
      ` · ${incident.rule}`,
      incident.number === null ? "" : " · ",
      incident.number === null ? "" : element("span", { class: "handle" }, incident.number),
    ),
  );
}

/** @param {any} incident */
function lasted(incident) {
  return duration(Date.parse(incident.calmedAt) - Date.parse(incident.startedAt));
}

/** @param {readonly any[]} rows */
export function showLiquidations(rows) {
  byId("liquidations-none").hidden = rows.length > 0;
  byId("liquidations-table").hidden = rows.length === 0;
  const largest = rows.reduce(
    (most, row) => ((row.notionalUsd ?? 0) > (most?.notionalUsd ?? 0) ? row : most),
    null,
  );
  byId("liquidations-largest").textContent =
    largest === null
      ? ""
      : `largest: ${money(largest.notionalUsd)} ${largest.asset ?? largest.symbol} ${largest.positionSide}`;
  const marked = rows.map((row) => ({ ...row, isLargest: row.key === largest?.key }));
  showList(byId("liquidations"), marked, (row) => row.key, liquidationRow);
}

/** @param {any} row @param {boolean} isNew */
function liquidationRow(row, isNew) {
  const classes = [row.isLargest ? "largest" : "", isNew ? "new" : ""].join(" ").trim();
  const kind = row.kind === "liquidation" ? null : element("span", { class: "kind" }, row.kind);
  return element(
    "tr",
    { class: classes === "" ? null : classes },
    element("td", { class: "dim" }, clock(row.occurredAt)),
    element("th", { scope: "row", title: row.symbol }, row.asset ?? row.symbol ?? "unknown"),
    element("td", {}, element("span", { class: row.positionSide }, row.positionSide), kind),
    element("td", { class: "number" }, money(row.notionalUsd)),
    element("td", { class: "number wide-only dim" }, row.price === null ? "–" : price(row.price)),
    element("td", { class: "dim" }, venueTitle(row.venue)),
  );
}
