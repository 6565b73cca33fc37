/** The state of the daemon, the rolling figures and the counters. */
import { age, byId, element, showList } from "./element.js";
import { count, money, percent, withShares } from "./format.js";
import { venueTitle } from "./titles.js";

const WINDOWS = [
  ["hour1", "1 h"],
  ["hour4", "4 h"],
  ["hour12", "12 h"],
  ["hour24", "24 h"],
];

const ROLES = {
  starting: "starting",
  deciding: "deciding",
  standby: "standby: another daemon decides",
};

/** @param {any} status */
export function showStatus(status) {
  const store = status.store === "embedded" ? "embedded database" : "Postgres";
  byId("status").replaceChildren(
    `${ROLES[/** @type {keyof typeof ROLES} */ (status.role)] ?? status.role} · ${store} · up `,
    age(status.startedAt, { "data-age": "for" }),
  );
  byId("durability").textContent = status.durability;
  byId("clock-warning").hidden = status.clockWarning === null;
  byId("clock-warning").textContent = status.clockWarning ?? "";
}

/** @param {string | null} label */
export function showLabel(label) {
  byId("label").hidden = label === null;
  document.body.classList.toggle("is-simulation", label !== null);
}

/** @param {any} totals */
export function showTotals(totals) {
  const day = totals.hour24;
  byId("day-total").textContent = money(day.totalUsd);
  byId("day-longs").textContent =
    `${money(day.longUsd)} longs (${percent(day.longUsd, day.totalUsd)})`;
  byId("day-shorts").textContent =
    `${money(day.shortUsd)} shorts (${percent(day.shortUsd, day.totalUsd)})`;
  byId("day-orders").textContent = `${count(day.orders)} ${day.orders === 1 ? "order" : "orders"}`;
  const isEmpty = day.totalUsd === 0;
  byId("day-bar").classList.toggle("empty", isEmpty);
  byId("day-bar").style.setProperty(
    "--longs",
    isEmpty ? "50%" : `${(day.longUsd / day.totalUsd) * 100}%`,
  );
  byId("windows").replaceChildren(
    ...WINDOWS.map(([key, name]) => windowRow(name ?? "", totals[key ?? ""])),
  );
  showParts(byId("by-asset"), totals.byAsset, day.totalUsd);
  showParts(byId("by-venue"), totals.byVenue, day.totalUsd);
  showWatched(totals.watchedSince);
  const samples = totals.samples.map(venueTitle).join(", ");
  byId("samples").textContent = samples === "" ? "" : ` · only a sample, not a total: ${samples}`;
}

/** @param {string} name @param {any} figure */
function windowRow(name, figure) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    element("td", {}, money(figure.totalUsd)),
    element("td", { class: "long" }, money(figure.longUsd)),
    element("td", { class: "short" }, money(figure.shortUsd)),
  );
}

/** @param {HTMLElement} list @param {readonly any[]} parts @param {number} wholeUsd */
function showParts(list, parts, wholeUsd) {
  showList(
    list,
    withShares(parts.slice(0, 6), wholeUsd),
    (part) => part.name,
    (part) => {
      const made = element(
        "li",
        {},
        element("span", { class: "part-name" }, venueTitle(part.name)),
        element("span", { class: "part-money" }, money(part.totalUsd)),
        element("span", { class: "part-share dim" }, part.share),
      );
      made.style.setProperty("--share", `${part.barPct}%`);
      return made;
    },
  );
}

/** A figure is not a whole day before a day was watched. @param {string | null} since */
function showWatched(since) {
  byId("watched").replaceChildren(
    ...(since === null
      ? ["nothing watched yet"]
      : ["watched for ", age(since, { "data-age": "for" })]),
  );
}

/** @param {any} summary */
export function showSummary(summary) {
  const { alerts, deliveries } = summary;
  const figures = [
    ["frames", summary.frames],
    ["liquidations", summary.liquidations],
    ["duplicates dropped", summary.duplicates],
    ["rejected", summary.rejected + summary.quarantined],
    ["alerts", alerts.opened + alerts.escalated + alerts.reopened],
    ["calmed", alerts.resolved],
    ["held back", alerts.suppressed],
    ["delivered", deliveries.delivered],
    ["waiting", deliveries.pending],
    ["parked", deliveries.parked],
    ["errors", summary.errors],
  ];
  byId("summary").replaceChildren(
    ...figures.map(([name, value]) =>
      element("li", {}, element("strong", {}, count(Number(value))), ` ${name}`),
    ),
  );
}
