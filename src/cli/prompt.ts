/** Questions with one line as answer: on a terminal with editing, from a pipe as the lines come. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

export interface Question {
  /** Ends with a colon and a space; one line. */
  readonly text: string;
  /** What is typed is not shown. */
  readonly isSecret: boolean;
  readonly signal: AbortSignal;
}

export interface Prompt {
  /** The next line without outer spaces; null = there is no more input. Rejects when aborted. */
  ask(question: Question): Promise<string | null>;
  /** Gives the terminal back as it was. */
  close(): void;
}

export interface PromptStreams {
  readonly input: NodeJS.ReadableStream;
  readonly write: (text: string) => void;
  /** Width of the terminal; absent = not known. */
  readonly columns?: number | undefined;
  /** The input is a terminal: a person types. */
  readonly isTerminal: boolean;
  /** Ctrl-C, which a terminal that edits lines takes for itself. */
  onInterrupt(): void;
}

/** Takes over `input` until it is closed; lines that come before their question wait for it. */
export function openPrompt({ isTerminal, ...streams }: PromptStreams): Prompt {
  const echo = new Echo(streams);
  const lines: string[] = [];
  let isOver = false;
  let wake = (): void => {};
  const reader = createInterface({
    ...{ input: streams.input, output: echo, terminal: isTerminal },
    // An arrow key must not bring a secret back.
    historySize: 0,
  });
  reader.on("line", (line) => {
    lines.push(line.trim());
    wake();
  });
  reader.on("close", () => {
    isOver = true;
    wake();
  });
  reader.on("SIGINT", streams.onInterrupt);
  const next = async (signal: AbortSignal): Promise<string | null> => {
    for (;;) {
      signal.throwIfAborted();
      const line = lines.shift();
      if (line !== undefined) return line;
      if (isOver) return null;
      await new Promise<void>((resolve) => {
        wake = () => {
          signal.removeEventListener("abort", wake);
          resolve();
        };
        signal.addEventListener("abort", wake);
      });
    }
  };
  return {
    async ask({ text, isSecret, signal }) {
      const isShown = isTerminal && !isSecret && !isOver;
      if (isShown) {
        echo.isOn = true;
        reader.setPrompt(text);
        reader.prompt(true);
      } else streams.write(text);
      try {
        return await next(signal);
      } finally {
        echo.isOn = false;
        // The line's end was not shown either.
        if (!isShown) streams.write("\n");
      }
    },
    close: () => reader.close(),
  };
}

/** What the line editor draws; nothing of it is let through but at an open question. */
class Echo extends Writable {
  isOn = false;
  readonly columns: number | undefined;
  readonly #writeOn: (text: string) => void;

  constructor({ write, columns }: Pick<PromptStreams, "write" | "columns">) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.#writeOn = write;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    if (this.isOn) this.#writeOn(String(chunk));
    done();
  }
}
