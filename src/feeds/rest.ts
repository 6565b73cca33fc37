/** One bounded look-up over HTTP: a time limit, a size limit, and every failure named. */
import { LiqError, messageOf } from "../errors.ts";
import type { Runtime } from "../runtime.ts";

/** Answer and body must be there within this, ms. */
export const REST_MS_MAX = 20_000;
/** Binance lists about 700 contracts in 2 MB; anything near this is not a listing, bytes. */
export const REST_BYTES_MAX = 16 * 1_048_576;

/**
 * GET, or POST where there is a JSON body.
 * @throws LiqError LIQ_INSTRUMENT: not reached, too slow, not 2xx, too long, not JSON
 */
export async function fetchJson(
  url: string,
  {
    runtime,
    signal,
    body,
  }: {
    readonly runtime: Runtime;
    readonly signal: AbortSignal;
    readonly body?: string | undefined;
  },
): Promise<unknown> {
  const limit = new AbortController();
  const stop = () => limit.abort(signal.reason);
  const cancel = runtime.after(REST_MS_MAX, () =>
    limit.abort(new Error(`no answer within ${REST_MS_MAX} ms`)),
  );
  signal.addEventListener("abort", stop, { once: true });
  try {
    const headers = { "content-type": "application/json" };
    const request = body === undefined ? {} : { method: "POST", headers, body };
    const response = await runtime.fetch(url, { ...request, signal: limit.signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status}`);
    }
    return JSON.parse(await readText(response));
  } catch (thrown) {
    const reason = limit.signal.aborted ? limit.signal.reason : causeOf(thrown);
    const text = `Cannot read instruments from ${url}: ${messageOf(reason)}`;
    throw new LiqError("LIQ_INSTRUMENT", text, { cause: thrown });
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}

/** `fetch` says only "fetch failed"; what happened stands in its cause. */
export function causeOf(thrown: unknown): unknown {
  return thrown instanceof TypeError && thrown.cause !== undefined ? thrown.cause : thrown;
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > REST_BYTES_MAX) throw new Error(`longer than ${REST_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
