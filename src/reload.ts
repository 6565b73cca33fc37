/**
 * A changed configuration, taken over while the daemon runs: rules, routes and targets. A wrong one
 * changes nothing; what only a start can change is named. Values are never logged: some are secrets.
 */
import type { ScopeRecord } from "./alert.ts";
import { ConfigError, formatMistake } from "./config/mistakes.ts";
import type { Settings } from "./config.ts";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { HoldSettings } from "./mute.ts";
import type { TargetSettings } from "./notifiers/notifier.ts";
import type { Rule } from "./rule.ts";
import { scrub } from "./scrub.ts";

export interface ReloadOptions {
  /** What the daemon started with. */
  readonly settings: Settings;
  /** Reads file and environment again; throws what is wrong. */
  readonly read: () => Settings;
  /** Calls back in the moment of the change, with the scopes that ended with their rule. */
  readonly changeRules: (
    rules: readonly Rule[],
    onChanged: (ended: readonly ScopeRecord[]) => void,
  ) => Promise<void>;
  readonly setTargets: (targets: readonly TargetSettings[]) => Promise<void>;
  readonly setHolds: (holds: HoldSettings) => void;
  /** What is wrong with what was read, without secrets; null = nothing. */
  readonly onRead: (mistakes: readonly string[] | null) => void;
  readonly log: Log;
}

export type ReloadOutcome = "changed" | "unchanged" | "refused";

export class Reload {
  readonly #options: ReloadOptions;
  #settings: Settings;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** What is in force. */
  get settings(): Settings {
    return this.#settings;
  }

  /** One after the other; never rejects. */
  run(): Promise<ReloadOutcome> {
    return this.alone(() => this.#run());
  }

  /** Another change of the rules: none begins before the one under way has ended. */
  alone<Value>(change: () => Promise<Value>): Promise<Value> {
    const done = this.#running.then(change);
    this.#running = done.catch(() => undefined);
    return done;
  }

  async #run(): Promise<ReloadOutcome> {
    const { log } = this.#options;
    try {
      const next = this.#options.read();
      const waiting = startOnly(this.#settings, next);
      if (waiting.length > 0) {
        log.warn({ keys: waiting }, "Changed settings need a restart; the old ones go on");
      }
      const outcome = await this.#take({ ...next, ...keptUntilRestart(this.#settings) });
      this.#options.onRead(null);
      if (outcome === "unchanged") log.info({ file: next.file }, "Configuration is unchanged");
      return outcome;
    } catch (thrown) {
      this.#refuse(thrown);
      return "refused";
    }
  }

  /** Targets first: a route must never lead to a target that the deliveries do not know. */
  async #take(next: Settings): Promise<ReloadOutcome> {
    const { log, setTargets, setHolds, changeRules } = this.#options;
    const before = this.#settings;
    const hasTargets = !isSame(before.targets, next.targets);
    const hasRules = !isSame(before.rules, next.rules);
    const hasHolds = !isSame(before.holds, next.holds);
    if (!hasTargets && !hasRules && !hasHolds) return "unchanged";
    if (hasTargets) await setTargets(withOld(next.targets, before.targets));
    // The first decision under the new rules must find the new routes.
    const onChanged = (ended: readonly ScopeRecord[]): void => {
      this.#settings = next;
      for (const { rule, scopeKey } of ended) {
        log.info({ rule, scope: scopeKey }, "Nothing watches this scope any more; it is forgotten");
      }
    };
    try {
      if (hasRules) await changeRules(next.rules, onChanged);
      else onChanged([]);
    } catch (thrown) {
      if (hasTargets) await setTargets(before.targets);
      throw thrown;
    }
    if (hasTargets) await setTargets(next.targets);
    if (hasHolds) setHolds(next.holds);
    const rules = namesChanged(before.rules, next.rules);
    const targets = namesChanged(before.targets, next.targets);
    log.info({ file: next.file, rules, targets, notes: next.notes }, "Configuration is in force");
    return "changed";
  }

  #refuse(thrown: unknown): void {
    const { log, onRead } = this.#options;
    const mistakes = thrown instanceof ConfigError ? thrown.mistakes.map(formatMistake) : [];
    const reason = mistakes.length > 0 ? countOf(mistakes.length) : messageOf(thrown);
    log.error({ reason, mistakes }, "Configuration is refused; the old one goes on");
    onRead((mistakes.length > 0 ? mistakes : [reason]).map(scrub));
  }
}

/** Until the routes have changed, decisions may still go to a target that will be taken away. */
function withOld(next: readonly TargetSettings[], before: readonly TargetSettings[]) {
  const names = new Set(next.map(({ name }) => name));
  return [...next, ...before.filter(({ name }) => !names.has(name))];
}

/** Sockets, listeners and connections are made once. */
function keptUntilRestart(settings: Settings) {
  const { venues, usdCoins, bots, database, redis, publicUrl, dataDir, http, log } = settings;
  const { retention, cascade, priceLevels } = settings;
  const maps = { bots, database, redis, http, log, retention, cascade, priceLevels };
  return { venues, usdCoins, publicUrl, dataDir, ...maps };
}

/** Paths of settings that changed and cannot be taken over: `database.url`, `venues.bybit`. */
function startOnly(before: Settings, next: Settings): readonly string[] {
  const [old, wanted] = [flat(keptUntilRestart(before)), flat(keptUntilRestart(next))];
  return [...wanted.keys()].filter((path) => !isSame(old.get(path), wanted.get(path)));
}

function flat(kept: ReturnType<typeof keptUntilRestart>): ReadonlyMap<string, unknown> {
  const { venues, usdCoins, publicUrl, dataDir, ...maps } = kept;
  const entries: (readonly [string, unknown])[] = [
    ...venues.map((venue) => [`venues.${venue.id}`, venue] as const),
    ["usdCoins", usdCoins],
    ["publicUrl", publicUrl],
    ["dataDir", dataDir],
  ];
  for (const [key, map] of Object.entries(maps)) {
    for (const [name, value] of Object.entries(map)) {
      // The file names durations without a unit, because their values have one.
      entries.push([`${key}.${name.replace(/Ms$/, "")}`, value]);
    }
  }
  return new Map(entries);
}

/** What was added, taken away or changed, by name. */
function namesChanged(
  before: readonly { readonly name: string }[],
  next: readonly { readonly name: string }[],
) {
  const old = new Map(before.map((one) => [one.name, one]));
  const names = new Set(next.map(({ name }) => name));
  const isChanged = (one: { readonly name: string }) =>
    old.has(one.name) && !isSame(old.get(one.name), one);
  return {
    added: [...names].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !names.has(name)),
    changed: next.filter(isChanged).map(({ name }) => name),
  };
}

/** Both are made by the same schema, their keys in the same order. */
function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function countOf(mistakes: number): string {
  return mistakes === 1 ? "1 mistake" : `${mistakes} mistakes`;
}
