/**
 * Settings: defaults < file < environment < flags. Everything that is wrong is said at once, with
 * path, value and expectation; what is returned is complete and needs no further checks.
 */
import type { CascadeLimits } from "./cascade.ts";
import type { BotsSettings } from "./commands/bot.ts";
import { checkAssetFigures, thresholdsByAsset } from "./config/asset-figures.ts";
import { botsOf, checkBots, notesOfBots, withDefaultBots } from "./config/bots.ts";
import {
  DEFAULT_ASSET_LISTS,
  defaultRules,
  marketThresholds,
  PRESETS,
  type Preset,
} from "./config/defaults.ts";
import { withDiscordChannels } from "./config/discord-channels.ts";
import { applyEnvironment, coerce, type Environment } from "./config/environment.ts";
import { type ReadFile, readConfigFile } from "./config/file.ts";
import { mistakesOfIssues } from "./config/issues.ts";
import { takeLaterKeys } from "./config/later.ts";
import { cascadeLimits, marketWideRules } from "./config/market-wide.ts";
import { ConfigError, type Mistake } from "./config/mistakes.ts";
import {
  interpolate,
  type MissingVariable,
  mistakesOfOff,
  mistakesOfPurpose,
  namedTargets,
  type OffNotifier,
  takeOffNotifiers,
  targetsOf,
  withDefaultNotifiers,
  withPlaceholders,
} from "./config/notifiers.ts";
import { checkMutes, checkRules, resolveLists, toRule } from "./config/rules.ts";
import { BUILT_VENUES, type ConfigInput, ConfigSchema, type RuleInput } from "./config/schema.ts";
import { holdsOf } from "./config/schema-holds.ts";
import type { VenueInput } from "./config/schema-venues.ts";
import { formatPath, getIn, isTree, merge, type Path, type Tree } from "./config/tree.ts";
import type { VenueId } from "./liquidation.ts";
import type { HoldSettings } from "./mute.ts";
import type { TargetSettings } from "./notifiers/notifier.ts";
import type { Rule } from "./rule.ts";
import type { CascadeProfile } from "./score.ts";

export interface VenueSettings extends Readonly<VenueInput> {
  readonly id: VenueId;
}

export interface ContextSettings {
  /** Those of them that are enabled are asked. */
  readonly venues: readonly VenueId[];
  readonly everyMs: number;
  /** Asked for one by one where a venue has no list of all, every list resolved. */
  readonly assets: readonly string[];
}

/** Everything that can be set, checked and complete. */
export interface Settings {
  /** The file that was read; null = none. */
  readonly file: string | null;
  readonly preset: Preset;
  /** Every venue of this version, enabled or not. */
  readonly venues: readonly VenueSettings[];
  /** The file's or the default ones, then `market-wide` unless it is off. */
  readonly rules: readonly Rule[];
  readonly cascade: CascadeLimits;
  readonly assetLists: Readonly<Record<string, readonly string[]>>;
  readonly usdCoins: readonly string[];
  /** Widths by asset, in quote per base. */
  readonly priceLevels: { readonly widths: Readonly<Record<string, number>> };
  /** What is asked besides liquidations; null = nothing. */
  readonly context: ContextSettings | null;
  /** What keeps alerts from being told: quiet hours, maintenance, mutes. */
  readonly holds: HoldSettings;
  /** Targets that are on; never empty. */
  readonly targets: readonly TargetSettings[];
  readonly cascadeProfile: CascadeProfile;
  /** Notifiers that are off because a variable is not set. */
  readonly off: readonly OffNotifier[];
  /** Bots that are on: with a token, and somebody who may ask. */
  readonly bots: BotsSettings;
  readonly database: { readonly url: string | null };
  readonly redis: { readonly url: string | null };
  /** Where others reach this daemon; null = nobody needs to. */
  readonly publicUrl: string | null;
  readonly dataDir: string;
  /** How long liquidations and settled messages are kept, and hourly sums and gaps. */
  readonly retention: { readonly eventsMs: number; readonly rollupsMs: number };
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** null = nothing can be changed over HTTP. */
    readonly adminToken: string | null;
  };
  readonly log: { readonly level: "error" | "warn" | "info" | "debug" };
  /** Sentences for stderr at start: what is off or not used, and why. */
  readonly notes: readonly string[];
}

export interface SettingsSource {
  /** As given by `--config`; null = the first default file that exists, or none. */
  readonly file: string | null;
  readonly env: Environment;
  /** What flags say, shaped like the file; stronger than everything else. */
  readonly overrides?: Tree;
  /** False for decode, replay and backtest: a notifier that is off is no mistake there. */
  readonly needsNotifiers?: boolean;
  /** True for backtest: a notifier whose secrets are not set here is a target all the same. */
  readonly hasPlaceholders?: boolean;
  readonly readFile?: ReadFile;
}

/**
 * @throws LiqError `LIQ_CONFIG`: the file cannot be read, or a `ConfigError` with every mistake
 */
export function loadSettings(source: SettingsSource): Settings {
  const file = readConfigFile(source.file, source.readFile);
  const { lineOf } = file;
  const isComplete = source.needsNotifiers !== false;
  const later = takeLaterKeys(file.tree, lineOf);
  const environment = applyEnvironment(withDefaults(later.tree), source.env);
  const layered = asTree(merge(environment.tree, source.overrides));
  const written = withBuiltIns(withDiscordChannels(layered));
  const given = interpolate(written, source.env, (text, path) => coerce(text, written, path));
  const filled = source.hasPlaceholders ? withPlaceholders(given.tree, given.missing) : given;
  const { tree, off } = takeOffNotifiers(filled.tree, filled.missing);
  const parsed = ConfigSchema.safeParse(tree);
  const mistakes: Mistake[] = [...later.mistakes, ...environment.mistakes];
  if (isComplete) mistakes.push(...mistakesOfOff(off, later.tree, lineOf));
  const variables = environment.origins;
  const issues = parsed.success ? [] : parsed.error.issues;
  mistakes.push(...mistakesOfIssues(issues, { written, variables, lineOf }));
  mistakes.push(...checkRules(tree, asTree(written.notifiers), lineOf));
  mistakes.push(...checkMutes(tree, lineOf), ...checkAssetFigures(tree, lineOf));
  if (isComplete) {
    mistakes.push(...checkVenues(tree, lineOf), ...checkBots(tree, lineOf));
    mistakes.push(...mistakesOfPurpose(tree, lineOf));
  }
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes, file.path);
  const asked = merge(later.tree, source.overrides);
  const notes = isComplete
    ? [
        ...environment.notes,
        ...notesOf(off, filled.missing),
        ...notesOfBots(parsed.data.bots, filled.missing),
      ]
    : [];
  return { ...settingsOf(parsed.data, asTree(asked)), file: file.path, off, notes };
}

function asTree(value: unknown): Tree {
  return isTree(value) ? value : {};
}

/** What merges by name gets its defaults here; single settings get theirs from the schema. */
function withDefaults(tree: Tree): Tree {
  // A key with nothing under it (every line commented out) is a key that is not there.
  const given = Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== null));
  const assetLists = merge(DEFAULT_ASSET_LISTS, given.assetLists);
  return withDefaultBots(withDefaultNotifiers({ ...given, assetLists }));
}

/** The rules that a file need not have, by its preset. */
function withBuiltIns(tree: Tree): Tree {
  const preset = PRESETS.find((name) => name === tree.preset) ?? "normal";
  const marketWide = merge({ thresholds: marketThresholds(preset) }, tree.marketWide);
  return { ...tree, rules: tree.rules ?? defaultRules(preset), marketWide };
}

function checkVenues(tree: Tree, lineOf: (path: Path) => number | null): readonly Mistake[] {
  const isOn = (id: string) => getIn(tree, ["venues", id, "enabled"]) !== false;
  if (BUILT_VENUES.some(isOn)) return [];
  const expected = "at least one venue to be enabled";
  return [{ path: "venues", value: "none enabled", expected, line: lineOf(["venues"]) }];
}

/** `asked` is what file and flags say, without defaults: it tells whether console was asked for. */
function settingsOf(input: ConfigInput, asked: Tree): Omit<Settings, "file" | "off" | "notes"> {
  const { preset, assetLists, usdCoins, database, redis, publicUrl, dataDir, http, log } = input;
  const isListed = getIn(asked, ["notifiers", "console"]) !== undefined;
  const rules = input.rules ?? [];
  const isNamed = [...rules, input.marketWide].some((rule) =>
    namedTargets(rule).some(({ name }) => name === "console"),
  );
  const targets = targetsOf(input.notifiers, isListed || isNamed);
  const alertTargets = targets.filter(({ purpose }) => purpose === "alerts");
  const isPublic = (name: string) => name !== "console" || isListed || alertTargets.length === 1;
  const publicTargets = alertTargets.map(({ name }) => name).filter(isPublic);
  const { profile, window: cascadeMs } = input.cascade;
  const asRule = (rule: RuleInput) => {
    const byAsset = thresholdsByAsset(input.overrides, rule.name);
    const made = toRule(rule, { assetLists, publicTargets, profile, cascadeMs });
    return byAsset === null ? made : { ...made, thresholdsByAsset: byAsset };
  };
  const venues = BUILT_VENUES.flatMap((id) => {
    const settings = input.venues[id];
    return settings === undefined ? [] : [{ id, ...settings }];
  });
  return {
    ...{ preset, assetLists, usdCoins, database, redis, publicUrl, dataDir, http, log },
    ...{ venues, targets, context: contextOf(input), holds: holdsOf(input) },
    retention: { eventsMs: input.retention.events, rollupsMs: input.retention.rollups },
    bots: botsOf(input.bots, publicUrl),
    cascade: cascadeLimits(input),
    cascadeProfile: profile,
    priceLevels: input.priceLevels,
    rules: [...rules.map(asRule), ...marketWideRules(input, asRule)],
  };
}

function contextOf({ context, assetLists }: ConfigInput): ContextSettings | null {
  const { enabled, venues, every: everyMs, assets } = context;
  return enabled ? { venues, everyMs, assets: resolveLists(assets, assetLists) } : null;
}

function notesOf(off: readonly OffNotifier[], missing: readonly MissingVariable[]) {
  const others = missing.filter(({ path }) => path[0] !== "notifiers" && path[0] !== "bots");
  return [
    ...off.map(({ name, missing: names }) => `${name} is off: ${names.join(", ")} not set`),
    ...others.map(({ path, name }) => `${formatPath(path)} is not set: ${name} not set`),
  ];
}
