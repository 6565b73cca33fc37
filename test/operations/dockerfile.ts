/** A Dockerfile as a list of instructions, and what `.dockerignore` lets into the build. */
import { readFileSync } from "node:fs";

export interface Instruction {
  /** `FROM`, `COPY`. */
  readonly name: string;
  /** What follows on the line, continued lines joined by a space. */
  readonly rest: string;
}

export function readInstructions(path: string): readonly Instruction[] {
  const lines = readFileSync(path, "utf8").replaceAll(/^\s*#.*\n/gm, "");
  const joined = lines.replaceAll(/\\\n\s*/g, " ").split("\n");
  return joined.flatMap((line) => {
    const parts = /^([A-Z]+)\s+(.+)$/.exec(line.trim());
    const [, name, rest] = parts ?? [];
    return name === undefined || rest === undefined ? [] : [{ name, rest }];
  });
}

/** The instructions of each stage, its `FROM` first. */
export function stagesOf(
  instructions: readonly Instruction[],
): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.name === "FROM") stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** Sources of a `COPY` and the stage they come from; null = the build's context. */
export function copyOf({ rest }: Instruction): { from: string | null; sources: readonly string[] } {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length) ?? null;
  const paths = words.filter((word) => !word.startsWith("--"));
  return { from, sources: paths.slice(0, -1) };
}

/** The names that a `.dockerignore` of the form "nothing but" lets through. */
export function allowedNames(path: string): readonly string[] {
  const [first, ...others] = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (first !== "*" || others.some((line) => !line.startsWith("!"))) return [];
  return others.map((line) => line.slice(1));
}

/** The JSON list of an instruction in exec form; null for a shell form. */
export function execForm(text: string): readonly string[] | null {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) ? words.map(String) : null;
  } catch {
    return null;
  }
}
