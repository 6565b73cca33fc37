/** Many messages as one: what had to wait for the service, or was beyond the target's budget. Pure. */
import type { RenderedMessage } from "../notifiers/notifier.ts";
import { SEVERITIES, type Severity } from "../rule.ts";
import { headlineOf, type Story, severityRank, toldIncidents } from "../story.ts";
import { DELAYED_MS, lateText } from "./message.ts";
import { formatCount } from "./numbers.ts";
import { handleOf, type StoryOptions, shownDecision } from "./story.ts";
import { TITLE_CHARS, titleOf } from "./title.ts";

/** Stories that get a line; the rest is counted by severity. */
const LINES_MAX = 15;

export interface ShownCollection {
  readonly kind: "digest" | "overflow";
  readonly target: string;
  /** The most severe first. */
  readonly parts: readonly { readonly story: Story; readonly alerts: number }[];
  readonly alertIds: readonly string[];
  readonly severity: Severity;
  readonly isFirst: boolean;
  /** Of the oldest alert. */
  readonly atMs: number;
  readonly incidentNumbers: Readonly<Record<string, number>>;
}

const WHY = {
  digest: "These came faster than the service takes messages, so they share one.",
  overflow: "The message budget of this place is used up, so these share one that is kept up.",
} as const;

export function renderCollection(shown: ShownCollection, options: StoryOptions): RenderedMessage {
  const { kind, parts, alertIds, severity, atMs, isFirst } = shown;
  const { nowMs, label, silentBelow } = options;
  const lines = parts.flatMap((part) => lineOf(part.story, shown, options) ?? []);
  const isDelayed = isFirst && nowMs - atMs > DELAYED_MS;
  const [first] = parts;
  const lead = first === undefined ? null : headlineOf(toldIncidents(first.story, shown.target));
  return {
    title: titleText(shown, options, isDelayed),
    lines: [
      WHY[kind],
      ...lines.slice(0, LINES_MAX),
      ...restText(shown),
      ...(isDelayed ? [lateText(atMs, nowMs)] : []),
    ],
    fields: [],
    facts: [],
    coverage: "At least this much.",
    footer: `${kind} · ${countOf(alertIds)}`,
    atMs: nowMs,
    tone: "neutral",
    severity,
    isSilent: severityRank(severity) < severityRank(silentBelow),
    mayMention: false,
    alertIds,
    label,
    told: {
      type: "alert",
      number: lead === null ? "" : handleOf(lead, shown.incidentNumbers),
      decisions: lead === null ? [] : [shownDecision(lead)],
    },
  };
}

function countOf(alertIds: readonly string[], more = ""): string {
  return `${formatCount(alertIds.length)} ${more}${alertIds.length === 1 ? "alert" : "alerts"}`;
}

/** `12 more alerts, up to HIGH: BTC, ETH, SOL`, as many names as fit. */
function titleText(shown: ShownCollection, options: StoryOptions, isDelayed: boolean): string {
  const { parts, alertIds, severity } = shown;
  const marks = [options.label, isDelayed ? "DELAYED" : null].filter((mark) => mark !== null);
  const count = `${countOf(alertIds, "more ")}, up to ${severity}`;
  const names = [...new Set(parts.map(({ story }) => story.asset ?? "MARKET"))];
  let title = [...marks, count].join(" ");
  for (const [index, name] of names.entries()) {
    const longer = `${title}${index === 0 ? ": " : ", "}${name}`;
    if ([...longer].length > TITLE_CHARS) break;
    title = longer;
  }
  return title;
}

function lineOf(story: Story, shown: ShownCollection, { venueNotes }: StoryOptions): string | null {
  const lead = headlineOf(toldIncidents(story, shown.target));
  if (lead === null) return null;
  const title = titleOf(shownDecision(lead), { label: null, isDelayed: false, venueNotes });
  return `${title} · #${handleOf(lead, shown.incidentNumbers)}`;
}

/** `And 85 more: 3 HIGH, 20 MEDIUM, 62 LOW.` */
function restText({ parts, target }: ShownCollection): readonly string[] {
  const rest = parts.slice(LINES_MAX);
  if (rest.length === 0) return [];
  const severities = rest.map(({ story }) => story.told[target]?.severity ?? "LOW");
  const counts = [...SEVERITIES]
    .reverse()
    .map((severity) => [severities.filter((one) => one === severity).length, severity] as const)
    .filter(([count]) => count > 0);
  return [`And ${rest.length} more: ${counts.map(([n, word]) => `${n} ${word}`).join(", ")}.`];
}
