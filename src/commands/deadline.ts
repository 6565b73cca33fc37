/** Waiting, but not for ever. */
import type { Runtime } from "../runtime.ts";

/** The value, or null when it takes longer than `ms`; a rejection is passed on. */
export function within<Value>(
  answer: Promise<Value>,
  { runtime, ms }: { readonly runtime: Runtime; readonly ms: number },
): Promise<Value | null> {
  return new Promise((resolve, reject) => {
    const cancel = runtime.after(ms, () => resolve(null));
    answer.then(resolve, reject).finally(cancel);
  });
}
