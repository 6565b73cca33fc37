/** What is wrong with a configuration: every mistake at once, with its place and what is right. */
import { LiqError } from "../errors.ts";
import { scrub } from "../scrub.ts";

export interface Mistake {
  /** `rules[0].window`, or the environment variable that gave the value. */
  readonly path: string;
  /** The value as written (secrets hidden), or what is the matter with the key itself. */
  readonly value: string;
  /** What would be right. */
  readonly expected: string;
  /** Line in the file; null when the value does not come from it. */
  readonly line: number | null;
}

/** `LIQ_CONFIG` with every mistake; the text lists one per line. */
export class ConfigError extends LiqError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[], file: string | null) {
    const ordered = [...mistakes].sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
    const count = ordered.length === 1 ? "1 mistake" : `${ordered.length} mistakes`;
    const where = file === null ? "" : ` (${file})`;
    const lines = ordered.map((mistake) => `  ${formatMistake(mistake)}`);
    super("LIQ_CONFIG", `Configuration has ${count}${where}:\n${lines.join("\n")}`);
    this.mistakes = ordered;
  }
}

export function formatMistake({ path, value, expected, line }: Mistake): string {
  const place = line === null ? "" : ` (line ${line})`;
  return `${path}${place}: ${value}, expected ${expected}`;
}

const VALUE_CHARS_MAX = 80;
const SECRET_KEY = /^(?:url|webhookUrl|botToken|token|secret|password|adminToken)$/i;

/** A value as a person wrote it, short, and never a secret. */
export function showValue(value: unknown, key: string | number | undefined): string {
  if (value === undefined) return "nothing";
  const isSecret = typeof key === "string" && SECRET_KEY.test(key);
  if (isSecret && typeof value === "string" && !isReference(value)) {
    return `(hidden, ${value.length} characters)`;
  }
  const text = scrub(JSON.stringify(value) ?? String(value));
  return text.length <= VALUE_CHARS_MAX ? text : `${text.slice(0, VALUE_CHARS_MAX)}...`;
}

/** `${NAME}` alone names a secret and is none. */
function isReference(text: string): boolean {
  return /^\$\{\w+\}$/.test(text);
}
