/** What is held back just now: stretches that run, read from the engine's own machines. */
import type { HeldBack } from "../alert.ts";
import { SEVERITIES } from "../rule.ts";
import type { Engine } from "../severity/engine.ts";

/** Newest first; ties by rule and scope key. */
export function heldBackBy(engine: Pick<Engine, "series">, limit: number): readonly HeldBack[] {
  const held: HeldBack[] = [];
  for (const { compiled, key, machine } of engine.series.scopes()) {
    const stretch = machine.incident?.stretch ?? null;
    const severity = stretch === null ? undefined : SEVERITIES[stretch.rank - 1];
    if (stretch === null || severity === undefined) continue;
    const { name: rule, metric, windowMs } = compiled.rule;
    const { reason, value, count, atMs: sinceMs } = stretch;
    held.push({ rule, scopeKey: key, metric, windowMs, severity, value, reason, sinceMs, count });
  }
  const name = ({ rule, scopeKey }: HeldBack) => `${rule}|${scopeKey}`;
  held.sort((a, b) => b.sinceMs - a.sinceMs || (name(a) < name(b) ? -1 : 1));
  return held.slice(0, limit);
}
