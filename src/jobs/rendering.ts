/** From a delivery row to the message that it asks for: always the latest state. Pure. */
import { LiqError } from "../errors.ts";
import type { Message, RenderedMessage } from "../notifiers/notifier.ts";
import { renderCollection } from "../render/collection.ts";
import { renderMessage } from "../render/message.ts";
import { renderNotice } from "../render/notice.ts";
import { renderStory, type StoryOptions } from "../render/story.ts";
import type { DeliveryRow } from "../store/delivery-store.ts";

/** @throws LiqError `LIQ_STORE` for a row that tells nothing */
export function messageOf(row: DeliveryRow, options: StoryOptions): Message {
  const { story, replyTo } = row;
  const message = { ...rendered(row, options), key: keyOf(row), story };
  return replyTo === null ? message : { ...message, replyTo };
}

function rendered(row: DeliveryRow, options: StoryOptions): RenderedMessage {
  const { kind, notice, about, shownRevision } = row;
  if (notice !== null) return renderNotice(notice, options);
  if (kind === "digest" || kind === "overflow") {
    return renderCollection({ ...row, kind, isFirst: shownRevision === 0 }, options);
  }
  if (kind === "notice") throw new LiqError("LIQ_STORE", `Delivery ${row.id} has no notice`);
  const told = about === null ? null : renderStory({ ...row, about, kind }, options);
  return told ?? withoutStory(row, options);
}

/** Messages of before there were stories tell their last alert. */
function withoutStory({ decisions, incidentNumbers }: DeliveryRow, options: StoryOptions) {
  const incidentNumber = incidentNumbers[decisions.at(-1)?.incidentId ?? ""] ?? 0;
  return renderMessage(decisions, { ...options, incidentNumber });
}

/**
 * The delivery's id in every attempt at its first showing, whatever comes to it meanwhile; what tells
 * more alerts later is another one to who drops repetitions.
 */
function keyOf({ id, shownRevision, shownAlerts, alertIds }: DeliveryRow): string {
  const isFirst = shownRevision === 0 && shownAlerts === 0;
  return isFirst ? id : `${id}.a${alertIds.length}`;
}
