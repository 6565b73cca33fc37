/** Settings from the environment: `LIQWATCH_...` for every scalar, and the names people know. */
import { formatDuration } from "../duration.ts";
import { didYouMean } from "../nearest.ts";
import { nodeAt, scalarPaths, scalarTypes } from "./keys.ts";
import { type Mistake, showValue } from "./mistakes.ts";
import { type Path, setIn, type Tree } from "./tree.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = "LIQWATCH_";

/** What a layer changed, which variable gave which path, and what was wrong with it. */
export interface EnvironmentLayer {
  readonly tree: Tree;
  /** Variable by formatted path, to name the true origin of a wrong value. */
  readonly origins: ReadonlyMap<string, string>;
  readonly mistakes: readonly Mistake[];
  readonly notes: readonly string[];
}

/** `venues.binance.maxLagMs` is `LIQWATCH_VENUES_BINANCE_MAX_LAG_MS`. */
export function environmentName(path: readonly string[]): string {
  const words = path.map((key) => key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll("-", "_"));
  return PREFIX + words.join("_").toUpperCase();
}

/** A text from the environment as the type that the schema has at `path`. */
export function coerce(text: string, tree: Tree, path: Path): unknown {
  const node = nodeAt(tree, path);
  const types = node === null ? [] : scalarTypes(node);
  if (types.includes("string")) return text;
  if (types.includes("number") && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (types.includes("boolean") && /^(?:true|false)$/.test(text)) return text === "true";
  return text;
}

/** An empty variable counts as unset, as it does in compose files. */
export function readVariable(env: Environment, name: string): string | null {
  const text = env[name]?.trim();
  return text === undefined || text === "" ? null : text;
}

/** Lays the environment over `tree`, which has `rules` only if the file does. */
export function applyEnvironment(tree: Tree, env: Environment): EnvironmentLayer {
  const layer = new Layer(tree, env);
  layer.database();
  layer.environmentRule();
  layer.prefixed();
  return layer;
}

class Layer implements EnvironmentLayer {
  tree: Tree;
  readonly origins = new Map<string, string>();
  readonly mistakes: Mistake[] = [];
  readonly notes: string[] = [];
  readonly #env: Environment;

  constructor(tree: Tree, env: Environment) {
    this.tree = tree;
    this.#env = env;
  }

  #set(path: readonly string[], value: unknown, name: string): void {
    this.tree = setIn(this.tree, path, value);
    this.origins.set(path.join("."), name);
  }

  #refuse(name: string, expected: string): void {
    const value = showValue(this.#env[name], name.endsWith("PASSWORD") ? "password" : name);
    this.mistakes.push({ path: name, value, expected, line: null });
  }

  database(): void {
    const postgres = this.#postgresUrl();
    if (postgres !== null) this.#set(["database", "url"], postgres, "POSTGRES_HOST");
    const database = readVariable(this.#env, "DATABASE_URL");
    if (database !== null) this.#set(["database", "url"], database, "DATABASE_URL");
    const redis = readVariable(this.#env, "REDIS_URL");
    if (redis !== null) this.#set(["redis", "url"], redis, "REDIS_URL");
  }

  /** Missing parts are those of the official Postgres image: user postgres, database = user. */
  #postgresUrl(): string | null {
    const read = (part: string) => readVariable(this.#env, `POSTGRES_${part}`);
    const host = read("HOST");
    const user = read("USER") ?? "postgres";
    const password = read("PASSWORD");
    const port = read("PORT") ?? "5432";
    const name = read("DB") ?? user;
    if (host === null) {
      const others = ["PORT", "USER", "PASSWORD", "DB"].filter((part) => read(part) !== null);
      if (others.length > 0 && readVariable(this.#env, "DATABASE_URL") === null) {
        const names = others.map((part) => `POSTGRES_${part}`).join(", ");
        this.notes.push(`${names} without POSTGRES_HOST is not used`);
      }
      return null;
    }
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) this.#refuse("POSTGRES_PORT", "a port");
    if (!/^[\w.-]+$|^\[[\da-fA-F:.]+\]$/.test(host)) this.#refuse("POSTGRES_HOST", "a host name");
    const secret = password === null ? "" : `:${encodeURIComponent(password)}`;
    const login = encodeURIComponent(user) + secret;
    return `postgres://${login}@${host}:${port}/${encodeURIComponent(name)}`;
  }

  /** `WINDOW_SECONDS`, `LIQUIDATION_THRESHOLD_USD`, `ALERT_COOLDOWN_SEC`: one rule. */
  environmentRule(): void {
    const given = Object.keys(ENVIRONMENT_RULE).filter((name) => readVariable(this.#env, name));
    if (given.length === 0) return;
    if (this.tree.rules !== undefined) {
      for (const name of given) this.#refuse(name, "no such variable next to rules in the file");
      return;
    }
    const read = (name: keyof typeof ENVIRONMENT_RULE): number => {
      const text = readVariable(this.#env, name);
      if (text === null) return ENVIRONMENT_RULE[name];
      if (!/^\d{1,15}(?:\.\d{1,3})?$/.test(text)) this.#refuse(name, "a number such as 300");
      return Number(text);
    };
    const low = read("LIQUIDATION_THRESHOLD_USD");
    const rule = {
      name: "environment",
      scope: "asset",
      metric: "notionalUsd",
      window: formatDuration(Math.round(read("WINDOW_SECONDS") * 1_000)),
      thresholds: { low, medium: low * 5, high: low * 20, critical: low * 50 },
      cooldown: formatDuration(Math.round(read("ALERT_COOLDOWN_SEC") * 1_000)),
    };
    if (this.mistakes.length === 0) this.tree = setIn(this.tree, ["rules"], [rule]);
    this.origins.set("rules[0].window", "WINDOW_SECONDS");
    this.origins.set("rules[0].cooldown", "ALERT_COOLDOWN_SEC");
    for (const level of ["low", "medium", "high", "critical"]) {
      this.origins.set(`rules[0].thresholds.${level}`, "LIQUIDATION_THRESHOLD_USD");
    }
  }

  prefixed(): void {
    const given = Object.keys(this.#env)
      .filter((name) => name.startsWith(PREFIX))
      .sort();
    if (given.length === 0) return;
    const known = new Map(scalarPaths(this.tree).map((path) => [environmentName(path), path]));
    for (const name of given) {
      const text = readVariable(this.#env, name);
      const path = known.get(name);
      if (text === null) continue;
      if (path === undefined) {
        const hint = didYouMean(name, known.keys());
        const expected = `a setting of this version${hint}`;
        this.mistakes.push({ path: name, value: "unknown variable", expected, line: null });
      } else this.#set(path, coerce(text, this.tree, path), name);
    }
  }
}

/** The three names of a single rule, and what each is when only the others are given. */
const ENVIRONMENT_RULE = {
  WINDOW_SECONDS: 300,
  LIQUIDATION_THRESHOLD_USD: 1_000_000,
  ALERT_COOLDOWN_SEC: 300,
} as const;
