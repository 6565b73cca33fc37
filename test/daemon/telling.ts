/** When everybody was told everything, and what that means. */
import { expect } from "vitest";
import { until } from "../real/run-folder.ts";
import type { DaemonProcess } from "./daemon-process.ts";
import type { World } from "./loopback-world.ts";
import { recordedFor, type Select, toldAlertIds } from "./stored.ts";

const DELIVERED_MS_MAX = 90_000;

/** The log holds that many alerts, and no message waits. */
export function untilTold(
  daemon: DaemonProcess,
  wanted: { readonly alerts: number; readonly targets: number },
): Promise<void> {
  const isDone = async () => {
    if ((await loggedBy(daemon)) < wanted.alerts) return false;
    const metrics = (await daemon.ask("/metrics"))?.text ?? "";
    const waits = [...metrics.matchAll(/^liqwatch_delivery_pending\{.*\} (\d+)$/gm)];
    return waits.length >= wanted.targets && waits.every(([, count]) => count === "0");
  };
  return until(isDone, "every alert is at every target", DELIVERED_MS_MAX);
}

async function loggedBy(daemon: DaemonProcess): Promise<number> {
  let alerts = 0;
  for (let page: string | null = ""; page !== null; ) {
    const answer = await daemon.ask(`/v1/alerts?limit=100${page}`);
    if (answer?.status !== 200) return 0;
    const { items, next } = JSON.parse(answer.text);
    alerts += items.length;
    page = next === null ? null : `&cursor=${next}`;
  }
  return alerts;
}

/**
 * For every alert the target shows a message whose row lists it, and every row's message is there.
 * Messages that no row knows are repetitions: how many there are.
 */
export async function expectTold(world: World, select: Select, target: number): Promise<number> {
  const { alertIds, messageIds } = await recordedFor(select, `d${target}`);
  expect(alertIds).toEqual(await toldAlertIds(select));
  const accepted = world.discord.messages().filter((one) => one.target === String(target));
  const ids = new Set(accepted.map(({ id }) => id));
  expect([...messageIds].filter((id) => !ids.has(id))).toEqual([]);
  return accepted.length - messageIds.size;
}
