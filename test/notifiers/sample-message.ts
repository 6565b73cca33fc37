import type { Message } from "../../src/notifiers/notifier.ts";
import { renderMessage } from "../../src/render/message.ts";
import { AT_MS, decision, NOTES } from "../render/samples.ts";

/** A rendered alert, any part replaced. */
export function sampleMessage(over: Partial<Message> = {}): Message {
  const options = { incidentNumber: 20_417, nowMs: AT_MS, silentBelow: "HIGH" } as const;
  const message = renderMessage([decision()], { ...options, label: null, venueNotes: NOTES });
  return { ...message, key: "9b1c.discord.1", story: "9b1c", ...over };
}
