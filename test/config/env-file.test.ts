import { describe, expect, test } from "vitest";
import { envFileOf, withEnvFile } from "../../src/config/env-file.ts";
import { errorOf } from "./loading.ts";

/** One file, at `path`; any other does not exist. */
function only(path: string, text: string) {
  return (asked: string): string => {
    if (asked === path) return text;
    throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
  };
}

describe("the .env file", () => {
  test("stands beside a configuration that is named, else in the working directory", () => {
    expect(envFileOf(null)).toBe(".env");
    expect(envFileOf("own.yaml")).toBe(".env");
    expect(envFileOf("/etc/liqwatch/own.yaml")).toBe("/etc/liqwatch/.env");
  });

  test("gives variables that the environment does not name, an empty one included", () => {
    const text = `# secrets\nA=1\nB="with # sign"\nC=3\nD=\n`;
    const env = { A: "real", C: "", LIQWATCH_PRESET: "busy" };
    expect(withEnvFile(env, "etc/own.yaml", only("etc/.env", text))).toEqual({
      ...{ A: "real", B: "with # sign", C: "", D: "" },
      LIQWATCH_PRESET: "busy",
    });
    expect(withEnvFile(env, null, only("etc/.env", text))).toEqual(env);
  });

  test("that cannot be read is an error; what stands in it is never told", () => {
    const denied = () => {
      throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    };
    expect(errorOf(() => withEnvFile({}, null, denied))).toBe(
      "Environment file .env cannot be read: EACCES: permission denied",
    );
    const bare = "A=1\n\n123456:canary-token\nB=2\n";
    expect(errorOf(() => withEnvFile({}, null, only(".env", bare)))).toBe(
      "Environment file .env line 3 is not NAME=value",
    );
    expect(errorOf(() => withEnvFile({}, null, only(".env", "x".repeat(70_000))))).toBe(
      "Environment file .env has 70000 characters, expected at most 65536",
    );
  });
});
