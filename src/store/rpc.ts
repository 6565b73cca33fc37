/**
 * Calls between the main thread and the store's thread: plain messages over a port, one answer per
 * call, events and log lines in between. Both ends are ours and of one build.
 */
import type { ErrorCode } from "../errors.ts";
import { ERROR_CODES, LiqError, messageOf } from "../errors.ts";
import type { LogFields } from "../log.ts";
import type { TargetTest } from "../notice.ts";
import type { Message, TargetSettings } from "../notifiers/notifier.ts";
import type { ThresholdPreview } from "../thresholds.ts";
import type { ContextStore } from "./context-readings.ts";
import type { LiquidationPage } from "./liquidation-pages.ts";
import type { MigrationReport } from "./migrate.ts";
import { isObject } from "./postgres/rows.ts";
import type {
  NoticeStore,
  PreviewQuery,
  Store,
  StoreEvent,
  StoreQueries,
  ThresholdStore,
} from "./store.ts";
import type { UnpricedStore } from "./unpriced.ts";

/** Calls waiting for their answer; more means that the store is stuck and callers do not bound. */
const CALLS_MAX = 1_000;

/** What the thread can be asked. An iterator cannot cross, so reading goes chunk by chunk. */
export interface StoreMethods
  extends Omit<Store, "liquidationsSince">,
    NoticeStore,
    StoreQueries,
    ThresholdStore,
    UnpricedStore,
    ContextStore {
  /** Answers when this process has the right to decide and deliveries run. */
  open(): Promise<void>;
  /** Instead of `open`: brings the schema up to date and closes again. */
  migrate(): Promise<MigrationReport>;
  liquidationPage(sinceMs: number, after: number | null): Promise<LiquidationPage>;
  /** From now on these are told; nothing changes when one of them cannot be used. */
  setTargets(targets: readonly TargetSettings[]): Promise<void>;
  /** Computed where the rows are: the main thread has frames to read. */
  previewAlerts(query: PreviewQuery): Promise<ThresholdPreview>;
  /**
   * One message to one target past the queue, in its turn; re-arms a parked one when it arrives.
   * @throws LiqError LIQ_COMMAND for a target that is not configured
   */
  testTarget(target: string, message: Message): Promise<TargetTest>;
  close(): Promise<void>;
}
type Method = keyof StoreMethods;

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export interface LogLine {
  readonly level: "error" | "warn" | "info" | "debug";
  readonly fields: LogFields;
  readonly message: string;
}

/** What the thread says. `value` has the type that the call of this id asked for. */
export type Answer =
  | { readonly type: "value"; readonly id: number; readonly value: never }
  | { readonly type: "error"; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: "event"; readonly event: StoreEvent }
  /** What the console target shows: whole lines. */
  | { readonly type: "console"; readonly text: string }
  | { readonly type: "log"; readonly line: LogLine };

interface Port {
  postMessage(message: unknown): void;
}

interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** The asking end. */
export class StoreCalls {
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | null = null;

  constructor(port: Port) {
    this.#port = port;
  }

  call<M extends Method>(
    method: M,
    ...args: Parameters<StoreMethods[M]>
  ): Promise<Awaited<ReturnType<StoreMethods[M]>>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) throw this.#ended;
      if (this.#waiting.size >= CALLS_MAX) {
        throw new LiqError("LIQ_STORE", `Store is behind: ${CALLS_MAX} calls wait for an answer`);
      }
      this.#lastId += 1;
      const call: Call = { id: this.#lastId, method, args };
      this.#port.postMessage(call);
      this.#waiting.set(call.id, { resolve, reject });
    });
  }

  settle(answer: Answer): void {
    if (answer.type !== "value" && answer.type !== "error") return;
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.type === "value") waiting?.resolve(answer.value);
    else waiting?.reject(new LiqError(codeOf(answer.code), answer.message));
  }

  /** Fails every call that waits and every later one. */
  end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The answering end. */
export async function answerCall(methods: StoreMethods, call: Call, port: Port): Promise<void> {
  const { id } = call;
  try {
    const value: unknown = await Reflect.apply(methods[call.method], methods, [...call.args]);
    port.postMessage({ type: "value", id, value });
  } catch (error) {
    const code = isObject(error) && typeof error.code === "string" ? error.code : "LIQ_STORE";
    port.postMessage({ type: "error", id, code, message: messageOf(error) });
  }
}

/** Codes of drivers (ECONNREFUSED, 42P01) mean nothing to callers: the store failed. */
function codeOf(code: string): ErrorCode {
  return isErrorCode(code) ? code : "LIQ_STORE";
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
