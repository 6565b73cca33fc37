/** What every step of `init` works with. */
import type { Environment } from "../../config/environment.ts";
import type { Runtime } from "../../runtime.ts";
import type { Dialog } from "./dialog.ts";

/** What flags say; null = to be asked for. */
export interface InitOptions {
  readonly discordWebhook: string | null;
  readonly telegramToken: string | null;
  readonly telegramChat: string | null;
  readonly telegramTopic: number | null;
  /** A program's address. */
  readonly webhook: string | null;
  /** The program may be on this machine or in a private network, and without TLS. */
  readonly allowPrivate: boolean;
  /** A proxy or local server instead of the service itself. */
  readonly discordApi: string | null;
  readonly telegramApi: string | null;
  /** How long one search for a Telegram chat waits, ms. */
  readonly waitMs: number;
}

export interface Wizard {
  readonly dialog: Dialog;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly options: InitOptions;
  /** Variables that are set already: the real environment and the `.env` that is there. */
  readonly known: Environment;
}

/** A service must answer a question of ours within this, ms. */
export const ANSWER_MS_MAX = 10_000;

/** Runs `ask` with a signal that also ends after `ms`. */
export async function bounded<Value>(
  { runtime, signal }: Pick<Wizard, "runtime" | "signal">,
  ms: number,
  ask: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const limit = new AbortController();
  const cancel = runtime.after(ms, () =>
    limit.abort(new Error(`no answer within ${ms / 1_000} s`)),
  );
  try {
    return await ask(AbortSignal.any([signal, limit.signal]));
  } catch (thrown) {
    throw limit.signal.aborted ? limit.signal.reason : thrown;
  } finally {
    cancel();
  }
}
