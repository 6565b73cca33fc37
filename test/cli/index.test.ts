import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dispatch, version } from "../../src/cli/index.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { LiqError } from "../../src/errors.ts";
import { recordedIo } from "./recorded-io.ts";

describe("dispatch", () => {
  test("--version prints the version of the package", async () => {
    const io = recordedIo();
    expect(await dispatch(["--version"], io)).toBe(0);
    expect(io.written.out).toBe(`${version()}\n`);
    expect(version()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("help lists every command, --help shows one command's options", async () => {
    for (const args of [["help"], ["--help"], ["-h"]]) {
      const io = recordedIo();
      expect(await dispatch(args, io)).toBe(0);
      for (const { name, summary } of Object.values(COMMANDS)) {
        expect(io.written.out).toContain(name);
        expect(io.written.out).toContain(summary);
      }
    }
    for (const args of [
      ["help", "replay"],
      ["replay", "f", "--help"],
      ["replay", "-h"],
    ]) {
      const io = recordedIo();
      expect(await dispatch(args, io)).toBe(0);
      expect(io.written.out).toContain("Usage: liqwatch replay FILE [--config F]");
      expect(io.written.out).toContain("--save-state F    write the state after the last line");
    }
  });

  test("an unknown command names the nearest one, no command shows the list", async () => {
    await expect(dispatch(["chek-config"], recordedIo())).rejects.toThrow(
      "Unknown command chek-config; did you mean check-config?",
    );
    await expect(dispatch(["help", "runn"], recordedIo())).rejects.toThrow("did you mean run?");
    const error = await dispatch([], recordedIo()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LiqError);
    expect(error).toMatchObject({ exitCode: 2 });
    expect(String(error)).toContain("Usage: liqwatch COMMAND [options]");
    await expect(dispatch(["constructor"], recordedIo())).rejects.toThrow("Unknown command");
  });

  test("every command of the table has its file", () => {
    const files = readdirSync("src/cli");
    for (const { name } of Object.values(COMMANDS)) expect(files).toContain(`${name}.ts`);
  });
});
