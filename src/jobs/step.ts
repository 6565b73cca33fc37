/** What one claimed row asks of its notifier. Pure. */
import type { Notifier } from "../notifiers/notifier.ts";
import type { DeliveryRow } from "../store/delivery-store.ts";

/** `nothing`: what was sent stays, and the change tells no alert. */
export type Step = "send" | "edit" | "nothing";

type Seen = Pick<
  DeliveryRow,
  "shownRevision" | "shownAlerts" | "alertIds" | "remoteId" | "notice" | "kind"
>;

export function stepOf(row: Seen, notifier: Pick<Notifier, "edit"> | null): Step {
  if (row.shownRevision === 0) return "send";
  if (row.remoteId !== null && notifier !== null && notifier.edit !== null) return "edit";
  return isUntold(row) ? "send" : "nothing";
}

/** Something of it was not shown yet: an alert, or the newer word of a notice. */
export function isUntold({ alertIds, shownAlerts, notice }: Seen): boolean {
  return alertIds.length > shownAlerts || notice !== null;
}
