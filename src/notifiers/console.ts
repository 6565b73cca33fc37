/** The target that always exists: one block of plain lines per message. */
import { plainLines } from "../render/plain.ts";
import type { ConsoleTarget, Notifier } from "./notifier.ts";

/** `write` gets whole lines, line feeds included. */
export function createConsoleNotifier(
  target: ConsoleTarget,
  write: (text: string) => void,
): Notifier {
  return {
    target: target.name,
    service: "console",
    edit: null,
    async send(message) {
      const [title, ...rest] = plainLines(message);
      write(`${title}\n${rest.map((line) => `    ${line}\n`).join("")}`);
      return { outcome: "delivered", remoteId: null };
    },
    async close() {},
  };
}
