/**
 * From the texts of an address to typed parameters. The schema of a route is the one source: it
 * says which texts are numbers or truth values, what is allowed, and what OpenAPI shows.
 */
import { z } from "zod";
import { didYouMean } from "../nearest.ts";
import { type Offence, Problem } from "./problem.ts";

const SHOWN_CHARS_MAX = 60;
const OFFENCES_MAX = 10;
/** How zod's types are called in a sentence. */
const WORDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  boolean: "true or false",
  object: "a JSON object",
};
const NUMBER = /^-?\d{1,16}(?:\.\d{1,9})?$/;

/** The parts of JSON Schema that our parameters use. */
export interface PropertySchema {
  readonly type?: unknown;
  readonly description?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly format?: unknown;
  readonly pattern?: unknown;
  readonly anyOf?: readonly PropertySchema[];
}

/** Every parameter of a schema, as JSON Schema. */
export function propertiesOf(schema: z.ZodObject): Readonly<Record<string, PropertySchema>> {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input" });
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      typeof property === "boolean" ? {} : property,
    ]),
  );
}

/** A reader for one schema; making it costs, reading does not. */
export function parameterReader<Schema extends z.ZodObject>(
  schema: Schema,
): (given: unknown) => z.output<Schema> {
  const properties = propertiesOf(schema);
  return (given) => {
    const texts: Record<string, unknown> = { ...Object(given) };
    const entries = Object.entries(texts).map(([name, text]) => {
      return [name, typedOf(text, properties[name]?.type)] as const;
    });
    const typed = Object.fromEntries(entries);
    const parsed = schema.safeParse(typed);
    if (parsed.success) return parsed.data;
    throw Problem.ofParameters(
      offencesOf(parsed.error.issues, { given: typed, known: Object.keys(properties) }),
    );
  };
}

/** A reader for a JSON body. */
export function bodyReader<Schema extends z.ZodObject>(
  schema: Schema,
): (given: unknown) => z.output<Schema> {
  const known = Object.keys(schema.shape);
  return (given) => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const fields: Record<string, unknown> = { ...Object(given) };
    throw Problem.ofParameters(offencesOf(parsed.error.issues, { given: fields, known }));
  };
}

function typedOf(text: unknown, type: unknown): unknown {
  if (typeof text !== "string") return text;
  if ((type === "integer" || type === "number") && NUMBER.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

interface Asked {
  readonly given: Readonly<Record<string, unknown>>;
  readonly known: readonly string[];
}

function offencesOf(issues: readonly z.core.$ZodIssue[], asked: Asked): readonly Offence[] {
  return issues.flatMap((issue) => offenceOf(issue, asked)).slice(0, OFFENCES_MAX);
}

function offenceOf(issue: z.core.$ZodIssue, { given, known }: Asked): readonly Offence[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const shown = key.slice(0, SHOWN_CHARS_MAX);
      const all = known.length === 0 ? "none is known here" : `known are ${known.join(", ")}`;
      return {
        parameter: shown,
        detail: `Unknown parameter ${shown}${didYouMean(shown, known)}; ${all}`,
      };
    });
  }
  const parameter = String(issue.path[0] ?? "body");
  const value = given[parameter];
  if (Array.isArray(value)) return [{ parameter, detail: `${parameter} is given more than once` }];
  const what = value === undefined ? "is missing" : `is ${shownOf(value)}`;
  return [{ parameter, detail: `${parameter} ${what}, expected ${expectedOf(issue)}` }];
}

function shownOf(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}

function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "too_small":
      return `at least ${issue.minimum}${issue.origin === "string" ? " characters" : ""}`;
    case "too_big":
      return `at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""}`;
    case "invalid_type":
      return WORDS[issue.expected] ?? `a ${issue.expected}`;
    case "invalid_format":
      return issue.format === "datetime" ? "a time such as 2026-11-20T14:00:00Z" : issue.message;
    default:
      return issue.message;
  }
}
