/** A notice becomes a message: what it is, what it means, what to do. Pure. */

import { isPublic, type Notice, type NoticeTopic } from "../notice.ts";
import type { RenderedMessage } from "../notifiers/notifier.ts";
import { SEVERITIES, type Severity } from "../rule.ts";
import { cut } from "./cut.ts";
import { DELAYED_MS } from "./message.ts";
import { formatCount } from "./numbers.ts";
import { formatDuration, formatInstant, formatSpan } from "./times.ts";
import type { Label } from "./title.ts";

/** Mistakes of a configuration that one message lists. */
const REASONS_MAX = 6;
const REASON_CHARS_MAX = 300;

/** What began may make a sound, what is over may not; against the target's `silentBelow`. */
const BEGAN: Severity = "HIGH";
const OVER: Severity = "LOW";

export interface NoticeOptions {
  readonly nowMs: number;
  /** null = the real daemon. */
  readonly label: Label | null;
  /** Of the target. */
  readonly silentBelow: Severity;
}

/** What is for the operator is marked OPS, so that nobody takes it for an alert. */
export function renderNotice(notice: Notice, options: NoticeOptions): RenderedMessage {
  const { nowMs, label, silentBelow } = options;
  const { title, lines } = textOf(notice);
  const lateMs = nowMs - notice.atMs;
  const isDelayed = lateMs > DELAYED_MS;
  const severity = notice.isOver ? OVER : BEGAN;
  const audience = isPublic(notice) ? null : "OPS";
  const marks = [label, isDelayed ? "DELAYED" : null, audience].filter((mark) => mark !== null);
  const late = `Sent ${formatDuration(lateMs)} late: this was ${formatInstant(notice.atMs, nowMs)}.`;
  return {
    title: [...marks, title].join(" "),
    lines: [...lines, ...untoldLine(notice), ...(isDelayed ? [late] : [])],
    ...{
      fields: [],
      facts: [],
      coverage: "",
      footer: audience === null ? "feeds" : "for the operator",
    },
    atMs: notice.atMs,
    tone: "neutral",
    severity,
    isSilent: SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(silentBelow),
    mayMention: false,
    alertIds: [],
    ...{ label, told: { type: "notice", notice } },
  };
}

interface Text {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The first line alone, for the log. */
export function noticeTitle(notice: Notice): string {
  return textOf(notice).title;
}

function textOf(notice: Notice): Text {
  return TEXTS[notice.topic](notice);
}

const TEXTS: Readonly<Record<NoticeTopic, (notice: Notice) => Text>> = {
  "venue-down": (notice) =>
    notice.isOver
      ? watchedAgain(notice)
      : {
          title: `${notice.title} is not watched for ${lasted(notice)}`,
          lines: [
            `Its liquidations are missing in alerts and totals since ${since(notice)}.`,
            ...because(notice),
            "It is tried again by itself. If this stays: is the venue up, and reachable from here?",
          ],
        },
  "venue-unsteady": (notice) =>
    notice.isOver
      ? {
          title: `${notice.title} holds its connections again`,
          lines: [`It hung up again and again for ${lasted(notice)}.`],
        }
      : {
          title: `${notice.title} hangs up again and again`,
          lines: [
            `Since ${since(notice)} no connection held for a minute: what falls between them is missing in alerts and totals.`,
            ...because(notice),
            `It is tried again by itself. Two sockets may help: venues.${notice.subject}.connections.`,
          ],
        },
  "venue-off": (notice) =>
    notice.isOver
      ? watchedAgain(notice)
      : {
          title: `${notice.title} is switched off: it refuses this place`,
          lines: [
            ...because(notice),
            `It is not tried again before a restart. Run elsewhere, or set venues.${notice.subject}.enabled to false.`,
          ],
        },
  decoding: (notice) =>
    notice.isOver
      ? {
          title: `${notice.title} is understood again`,
          lines: [`For ${lasted(notice)} its figures were too low.`],
        }
      : {
          title: `${notice.title} sends what is not understood`,
          lines: [
            ...because(notice),
            `Nothing of it is counted since ${since(notice)}. The venue may have changed its format: look for an update, and report the file that the log names.`,
          ],
        },
  suspect: (notice) =>
    notice.isOver
      ? {
          title: `${notice.title} names the right sides again`,
          lines: [`Its rows are in the rules again. For ${lasted(notice)} alerts left them out.`],
        }
      : {
          title: `${notice.title} is suspect: its longs and shorts seem exchanged`,
          lines: [
            ...because(notice),
            `Since ${since(notice)} its rows are in totals and in the log, and in no rule. It is judged on by itself. If this stays, the venue may have changed what its side means: look for an update.`,
          ],
        },
  clock: (notice) =>
    notice.isOver
      ? { title: "Our clock is right again", lines: [`It was wrong for ${lasted(notice)}.`] }
      : {
          title: "The clock of this machine is wrong",
          lines: [...sentences(notice.reasons), "Windows and times in messages are off by that."],
        },
  database: (notice) => ({
    title: `The database was away for ${lasted(notice)}`,
    lines: [
      `${formatSpan(notice.sinceMs, notice.atMs)}. It is back.`,
      ...because(notice),
      "Decisions went on; what waited is being stored, its messages come late.",
    ],
  }),
  target: (notice) =>
    notice.isOver
      ? {
          title: `Target ${notice.title} takes messages again`,
          lines: [
            `It was parked for ${lasted(notice)}. What waited for a day at most is sent now.`,
          ],
        }
      : {
          title: `Target ${notice.title} is parked: it refuses our messages`,
          lines: [
            ...because(notice),
            `Nothing more is sent to it. Correct notifiers.${notice.subject}, or our rights there, then: liqwatch test-alert ${notice.subject}`,
          ],
        },
  configuration: (notice) =>
    notice.isOver
      ? { title: "The configuration is in order again", lines: ["What was refused is corrected."] }
      : {
          title: `The new configuration is refused: ${mistakes(notice)}`,
          lines: [...listed(notice.reasons), "The old one goes on."],
        },
  blind: (notice) =>
    notice.isOver
      ? {
          title: `We see again: blind for ${lasted(notice)}`,
          lines: [
            `${formatSpan(notice.sinceMs, notice.atMs)}. What happened then is missing in alerts and totals.`,
          ],
        }
      : {
          title: `We are blind: ${notice.title} is not seen`,
          lines: [
            `Not seen since ${since(notice)}: ${notice.reasons.join(", ")}.`,
            "Alerts and totals miss them: silence means nothing until we say that we see again.",
          ],
        },
  takeover: (notice) => ({
    title: "This daemon took over: the other one has ended",
    lines: [
      `It decides since ${since(notice)}; nothing is lost.`,
      "Look why the other one ended, and start it again: it will stand by.",
    ],
  }),
};

function watchedAgain(notice: Notice): Text {
  return {
    title: `${notice.title} is watched again after ${lasted(notice)}`,
    lines: [
      `Not watched: ${formatSpan(notice.sinceMs, notice.atMs)}. What it sent then is missing.`,
    ],
  };
}

function lasted({ sinceMs, atMs }: Notice): string {
  return formatDuration(atMs - sinceMs);
}

function since({ sinceMs, atMs }: Notice): string {
  return formatInstant(sinceMs, atMs);
}

function because({ reasons }: Notice): readonly string[] {
  return reasons.map((reason) => `Reason: ${cut(reason, REASON_CHARS_MAX)}`);
}

function sentences(reasons: readonly string[]): readonly string[] {
  return reasons.map((reason) => `${cut(reason, REASON_CHARS_MAX)}.`);
}

function mistakes({ reasons }: Notice): string {
  return reasons.length === 1 ? "1 mistake" : `${formatCount(reasons.length)} mistakes`;
}

function listed(reasons: readonly string[]): readonly string[] {
  const shown = reasons.slice(0, REASONS_MAX).map((reason) => cut(reason, REASON_CHARS_MAX));
  const rest = reasons.length - shown.length;
  return rest === 0 ? shown : [...shown, `And ${rest} more: liqwatch check-config tells all.`];
}

function untoldLine({ untold }: Notice): readonly string[] {
  if (untold === 0) return [];
  const times = untold === 1 ? "once more" : `${formatCount(untold)} more times`;
  return [`It happened ${times} since the last message about it.`];
}
