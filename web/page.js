/** Follows /v1/stream and hands each changed section to the part that draws it. */
import { byId } from "./element.js";
import { showLabel, showStatus, showSummary, showTotals } from "./figures.js";
import { duration, money } from "./format.js";
import { listenToInput, showInboxes } from "./inboxes.js";
import { showFeeds, showIncidents, showLiquidations } from "./lists.js";
import { learnTitles } from "./titles.js";

/** The daemon writes at least every 10 s; longer silence means that nothing here is current. */
const SILENT_MS_MAX = 15_000;

/** @type {Record<string, any>} */
const state = {};
/** The daemon's clock minus ours. */
let skewMs = 0;
let heardAtMs = 0;
let isOpen = false;

const nowMs = () => Date.now() + skewMs;

const DRAW = {
  label: showLabel,
  status: showStatus,
  totals: showTotals,
  feeds: (feeds) => showFeeds(feeds, nowMs()),
  liquidations: showLiquidations,
  incidents: showIncidents,
  summary: showSummary,
  inboxes: showInboxes,
};

/** @param {Record<string, any>} sections */
function take(sections) {
  if (typeof sections.at === "string") skewMs = Date.parse(sections.at) - Date.now();
  if (Array.isArray(sections.feeds)) learnTitles(sections.feeds);
  for (const [name, section] of Object.entries(sections)) {
    state[name] = section;
    DRAW[name]?.(section);
  }
  document.body.classList.remove("is-waiting");
  refresh();
}

/** Ages move by themselves. */
function refresh() {
  for (const time of document.querySelectorAll("time[data-age]")) {
    const passed = duration(nowMs() - Date.parse(time.getAttribute("datetime") ?? ""));
    const text = time.getAttribute("data-age") === "for" ? passed : ago(passed);
    if (time.textContent !== text) time.textContent = text;
  }
  showConnection();
  const label = state.label === null || state.label === undefined ? "" : `${state.label} · `;
  const total =
    state.totals === undefined ? "" : `${money(state.totals.hour24.totalUsd)} in 24 h · `;
  document.title = `${label}${total}liqwatch`;
}

/** @param {string} passed */
function ago(passed) {
  return passed === "0 s" ? "just now" : `${passed} ago`;
}

function showConnection() {
  const isCurrent = isOpen && Date.now() - heardAtMs < SILENT_MS_MAX;
  const pill = byId("connection");
  const text = isCurrent ? "live" : heardAtMs === 0 ? "connecting" : "connection lost";
  pill.className = isCurrent ? "pill live" : "pill lost";
  if (pill.textContent !== text) pill.textContent = text;
  const isStale = !isCurrent && heardAtMs > 0;
  byId("stale").hidden = !isStale;
  if (isStale) {
    byId("stale").textContent =
      `No word from liqwatch for ${duration(Date.now() - heardAtMs)}: everything below is old. Trying again.`;
  }
}

function heard() {
  heardAtMs = Date.now();
  isOpen = true;
}

function follow() {
  const stream = new EventSource("/v1/stream");
  stream.addEventListener("open", heard);
  stream.addEventListener("alive", heard);
  stream.addEventListener("message", (event) => {
    heard();
    take(JSON.parse(event.data));
  });
  stream.addEventListener("error", () => {
    isOpen = false;
    showConnection();
    // Browsers retry a cut stream by themselves, but give up on an answer other than 200.
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 5_000);
  });
}

listenToInput();
follow();
setInterval(() => {
  if (state.feeds !== undefined) showFeeds(state.feeds, nowMs());
  refresh();
}, 1_000);
