/** A `.env` file: variables that stand on disk. What the real environment names wins. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { LiqError, messageOf } from "../errors.ts";
import type { Environment } from "./environment.ts";
import type { ReadFile } from "./file.ts";

const ENV_FILE = ".env";
/** Longer files are something else, chosen by mistake. */
const FILE_CHARS_MAX = 65_536;
const NAME = /^[A-Za-z_]\w*$/;

/** Beside a configuration file that is named, else in the working directory. */
export function envFileOf(configFile: string | null): string {
  return configFile === null ? ENV_FILE : join(dirname(configFile), ENV_FILE);
}

/**
 * `env` and, under it, what the `.env` file says. A variable of `env` wins even when it is empty, so
 * that one can be turned off for one start.
 * @throws LiqError `LIQ_CONFIG` when the file is there and cannot be read
 */
export function withEnvFile(
  env: Environment,
  configFile: string | null,
  readFile: ReadFile = (path) => readFileSync(path, "utf8"),
): Environment {
  return { ...readEnvFile(envFileOf(configFile), readFile), ...env };
}

/** Empty when there is no such file. */
export function readEnvFile(path: string, readFile: ReadFile): Environment {
  let text: string;
  try {
    text = readFile(path);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
    if (code === "ENOENT" || code === "ENOTDIR") return {};
    const why = `Environment file ${path} cannot be read: ${messageOf(thrown)}`;
    throw new LiqError("LIQ_CONFIG", why, { cause: thrown });
  }
  if (text.length > FILE_CHARS_MAX) {
    const why = `${text.length} characters, expected at most ${FILE_CHARS_MAX}`;
    throw new LiqError("LIQ_CONFIG", `Environment file ${path} has ${why}`);
  }
  const variables = parseEnv(text);
  const wrong = Object.keys(variables).find((name) => !NAME.test(name));
  if (wrong === undefined) return variables;
  // Only the number of the line is told: what stands there may be a secret without its name.
  const [first = ""] = wrong.split("\n");
  const line = text.split("\n").findIndex((one) => one.includes(first)) + 1;
  throw new LiqError("LIQ_CONFIG", `Environment file ${path} line ${line} is not NAME=value`);
}
