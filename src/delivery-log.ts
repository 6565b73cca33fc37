/** What became of the messages that tell an alert, as people may ask for it. Types only. */

/** One message of an alert at one target. */
export interface DeliveryState {
  readonly target: string;
  readonly messageNumber: number;
  readonly state: "pending" | "delivered" | "parked";
  readonly attempts: number;
  readonly lastReason: string | null;
}
