/** Questions on streams that behave like a terminal, and like a pipe. */
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { openPrompt } from "../../src/cli/prompt.ts";

function open(isTerminal: boolean) {
  const input = new PassThrough();
  const state = { shown: "", interrupts: 0 };
  const prompt = openPrompt({
    ...{ input, isTerminal, columns: 80 },
    write: (text) => {
      state.shown += text;
    },
    onInterrupt: () => {
      state.interrupts += 1;
    },
  });
  const stop = new AbortController();
  const { signal } = stop;
  return {
    ...{ input, state, stop, prompt },
    ask: (text: string, isSecret = false) => prompt.ask({ text, isSecret, signal }),
  };
}

describe("from a pipe", () => {
  test("every line answers one question, in order, and the end is null", async () => {
    const { input, state, ask } = open(false);
    input.end("one\r\n  two \n\nlast");
    expect([await ask("a: "), await ask("b: "), await ask("c: "), await ask("d: ")]).toEqual([
      ...["one", "two", "", "last"],
    ]);
    expect(await ask("e: ")).toBeNull();
    expect(await ask("f: ")).toBeNull();
    expect(state.shown).toBe("a: \nb: \nc: \nd: \ne: \nf: \n");
  });

  test("a stop ends a question that waits, and later ones", async () => {
    const { stop, ask } = open(false);
    const asked = ask("a: ");
    stop.abort(new Error("stopped"));
    await expect(asked).rejects.toThrow("stopped");
    await expect(ask("b: ")).rejects.toThrow("stopped");
  });
});

describe("on a terminal", () => {
  test("what is typed is shown and can be corrected", async () => {
    const { input, state, ask, prompt } = open(true);
    const asked = ask("Name: ");
    input.write("bbad\u007f\u007f\u007fusy\r");
    expect(await asked).toBe("busy");
    expect(state.shown).toContain("Name: ");
    expect(state.shown).toContain("usy");
    prompt.close();
  });

  test("a secret is not shown, neither then nor by an arrow key later", async () => {
    const { input, state, ask, prompt } = open(true);
    const asked = ask("Token: ", true);
    input.write("canary\r");
    expect(await asked).toBe("canary");
    const next = ask("Next: ");
    input.write("\u001b[A\r");
    expect(await next).toBe("");
    expect(state.shown).not.toContain("can");
    expect(state.shown.startsWith("Token: \n")).toBe(true);
    prompt.close();
  });

  test("nothing is shown between questions; Ctrl-C is passed on; Ctrl-D is the end", async () => {
    const { input, state, ask } = open(true);
    input.write("early\u0003");
    expect(state).toEqual({ shown: "", interrupts: 1 });
    input.write("\r");
    expect(await ask("a: ", true)).toBe("early");
    const asked = ask("b: ");
    input.write("\u0004");
    expect(await asked).toBeNull();
  });
});
