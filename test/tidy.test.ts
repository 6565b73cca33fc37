/** House rules that a machine can hold. A failure names the place and what to do instead. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as rules from "./tidy/code-rules.ts";
import { cyclesOf, importsOf, layerPath, uncovered } from "./tidy/imports.ts";
import { fits, LAYERS, TESTED_AS_PROCESS, TOP, WORDS } from "./tidy/layers.ts";
import { ONLY_IN } from "./tidy/packages.ts";
import { lineAt, quantile, readSources, repositoryFiles } from "./tidy/sources.ts";

const files = repositoryFiles();
const sources = readSources("src", files);
const tests = readSources("test", files);
const imports = sources.flatMap(importsOf);

const FILE_LINES = { median: 110, p90: 200, max: 300 };
const BODY_LINES = { median: 10, p90: 25, max: 70 };

function lineCount(text: string): number {
  return text.split("\n").length - 1;
}

describe("length", () => {
  const lengths = sources.map(({ text }) => lineCount(text));

  test(`files have at most ${FILE_LINES.max} lines: split by what changes together`, () => {
    const long = [...sources, ...tests].filter(({ text }) => lineCount(text) > FILE_LINES.max);
    expect(long.map(({ path, text }) => `${path} has ${lineCount(text)} lines`)).toEqual([]);
  });

  test("most files are short", () => {
    expect(quantile(lengths, 0.5)).toBeLessThanOrEqual(FILE_LINES.median);
    expect(quantile(lengths, 0.9)).toBeLessThanOrEqual(FILE_LINES.p90);
  });

  test("functions are short: a long one is a list of steps that have no names yet", () => {
    const bodies = sources.flatMap(rules.functionLengths);
    const long = bodies.filter(({ lines }) => lines > BODY_LINES.max);
    expect(long.map(({ place, lines }) => `${place} has ${lines} lines`)).toEqual([]);
    const counts = bodies.map(({ lines }) => lines);
    expect(quantile(counts, 0.5)).toBeLessThanOrEqual(BODY_LINES.median);
    expect(quantile(counts, 0.9)).toBeLessThanOrEqual(BODY_LINES.p90);
  });
});

describe("code", () => {
  test("no ambient time, chance or process: pure code takes now, the rest takes the runtime", () => {
    expect(sources.flatMap(rules.ambientUses)).toEqual([]);
  });

  test("windows and severity do not wait", () => {
    const pure = sources.filter(({ path }) => /^src\/(?:windows|severity)\//.test(path));
    expect(pure.flatMap(rules.awaitUses)).toEqual([]);
  });

  test("types are not talked out of: no any, no !, no cast of outside data", () => {
    expect([...sources, ...tests].flatMap(rules.unsafeTypes)).toEqual([]);
  });

  test("names are the glossary's", () => {
    expect(sources.flatMap(rules.bannedNames)).toEqual([]);
  });

  test("modules are named after what they hold", () => {
    const vague = /^(?:utils?|helpers?|common|manager|data|info|misc|shared)$/;
    const named = files.filter((path) => /^(?:src|test|web|scripts|bench)\//.test(path));
    const bad = named.filter((path) => {
      return path.split("/").some((part) => vague.test(part.replace(/\..*$/, "")));
    });
    expect(bad).toEqual([]);
  });

  test("error texts begin with a capital and have no full stop", () => {
    expect(sources.flatMap(rules.badErrorTexts)).toEqual([]);
  });
});

describe("imports", () => {
  const layerOf = (path: string) => LAYERS.find((layer) => fits(path, layer.files));

  test("every source belongs to a layer: add it to test/tidy/layers.ts with its reason", () => {
    const homeless = sources.map(({ path }) => layerPath(path)).filter((path) => !layerOf(path));
    expect(homeless).toEqual([]);
  });

  test("layers import downwards only", () => {
    const wrong = imports.flatMap(({ from, place, target, isOurs }) => {
      const layer = layerOf(layerPath(from.path));
      if (!isOurs || layer === undefined) return [];
      const isAllowed = fits(target, [...WORDS, ...layer.files, ...layer.ours]);
      return isAllowed ? [] : [`${place} (${layer.name}) imports ${target}: ${layer.why}`];
    });
    expect(wrong).toEqual([]);
  });

  test("packages are imported where the layer allows them", () => {
    const wrong = imports.flatMap(({ from, place, target, isOurs }) => {
      const layer = layerOf(layerPath(from.path));
      if (isOurs || layer === undefined) return [];
      const wanted = target.startsWith("node:") ? "node:*" : target;
      return layer.packages.includes(wanted) ? [] : [`${place} imports ${target}: ${layer.why}`];
    });
    expect(wrong).toEqual([]);
  });

  test("a package with one home is imported there only", () => {
    const wrong = imports.filter(({ from, target, isOurs }) => {
      const homes = isOurs ? undefined : ONLY_IN[target];
      return homes !== undefined && !fits(layerPath(from.path), homes);
    });
    expect(wrong.map(({ place, target }) => `${place} imports ${target}`)).toEqual([]);
  });

  test("nobody imports the wiring but the wiring", () => {
    const wrong = imports.filter(({ from, target, isOurs }) => {
      return isOurs && fits(target, TOP) && !fits(layerPath(from.path), TOP);
    });
    expect(wrong.map(({ place, target }) => `${place} imports ${target}`)).toEqual([]);
  });

  test("no venue imports another, no simulator is part of the daemon", () => {
    const wrong = imports.filter(({ from, target }) => {
      const path = layerPath(from.path);
      const isVenuePair = fits(path, ["feeds/venues/"]) && fits(target, ["feeds/venues/"]);
      const isSimulator = fits(target, ["feeds/simulator/"]);
      return isVenuePair || (isSimulator && !fits(path, ["feeds/simulator/", "demo/", "cli/"]));
    });
    expect(wrong.map(({ place, target }) => `${place} imports ${target}`)).toEqual([]);
  });

  test("there are no circles", () => {
    expect(cyclesOf(imports)).toEqual([]);
  });
});

describe("texts", () => {
  const written = files.filter((path) => {
    return /\.(?:ts|mjs|js|md|ya?ml|json|html|css)$|^\.ci\//.test(path);
  });
  const own = written.filter((path) => {
    return !/^(?:package-lock\.json|config\/instruments\.json|test\/(?:fixtures|formats)\/)/.test(
      path,
    );
  });
  const findAll = (paths: readonly string[], pattern: RegExp) =>
    paths.flatMap((path) => {
      const text = readFileSync(path, "utf8");
      return [...text.matchAll(pattern)].map((match) => {
        return `${path}:${lineAt(text, match.index)} ${match[0].trim()}`;
      });
    });
  // Put together here, so that this file does not contain what it looks for.
  const words = (...parts: string[]) => new RegExp(`\\b(?:${parts.join("|")})\\b`, "g");

  test("nothing is left to do in a comment", () => {
    expect(findAll(own, words("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"))).toEqual([]);
  });

  test("no path of a machine is written down", () => {
    expect(findAll(own, /(?<![\w.:/-])\/(?:work|root|home|Users)\/[\w./-]*/g)).toEqual([]);
  });

  test("the lock names every platform's packages and no host", () => {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/lock.mjs", "--check"], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});

describe("tests", () => {
  const suites = tests.filter(({ path }) => path.endsWith(".test.ts"));

  test("nothing is skipped, left out or only truthy", () => {
    const pattern = new RegExp(
      `\\b(?:test|describe|it)\\.(?:on${"ly"}|sk${"ip"}|to${"do"})\\b|toBeTru${"thy"}|toBeFal${"sy"}|vi\\.mo${"ck"}\\b`,
      "g",
    );
    const wrong = suites.flatMap(({ path, text }) => {
      return [...text.matchAll(pattern)].map((at) => `${path}:${lineAt(text, at.index)} ${at[0]}`);
    });
    expect(wrong).toEqual([]);
  });

  test("nothing sleeps for a fixed time: poll a condition with a deadline, or step the time", () => {
    const pattern = /await new Promise[^;]*setTimeout\([\w.]+, ?[\d_]{3,}\)/g;
    const wrong = suites.flatMap(({ path, text }) => {
      return [...text.matchAll(pattern)].map((at) => `${path}:${lineAt(text, at.index)}`);
    });
    expect(wrong).toEqual([]);
  });

  test("every source that does something has a suite, its own or that of the unit it is in", () => {
    const tested = new Set(Object.keys(TESTED_AS_PROCESS));
    for (const { target, isOurs } of tests.flatMap(importsOf)) {
      if (isOurs) tested.add(target.replace(/^(?:\.\.\/)*src\//, ""));
    }
    const active = sources.filter((source) => rules.hasBehaviour(source));
    const paths = active.map(({ path }) => layerPath(path));
    expect(uncovered(paths, imports, tested)).toEqual([]);
  });
});
