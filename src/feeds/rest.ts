/** One bounded look-up over HTTP: a time limit, a size limit, and every failure named. */
import { LiqError, messageOf } from "../errors.ts";
import type { Runtime } from "../runtime.ts";

/** Answer and body must be there within this, ms. */
export const REST_MS_MAX = 20_000;
/** Binance lists about 700 contracts in 2 MB; anything near this is not a listing, bytes. */
export const REST_BYTES_MAX = 16 * 1_048_576;

/** What a server said to one look-up. */
export interface RestAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** null when the status is not 2xx: such a body is not read. */
  readonly body: Buffer | null;
}

export interface RestOptions {
  readonly runtime: Pick<Runtime, "fetch" | "after">;
  readonly signal: AbortSignal;
  /** JSON that is posted; without it the look-up is a GET. */
  readonly body?: string | undefined;
  /** A longer body is not read to its end, bytes. */
  readonly bytesMax?: number;
}

/**
 * GET, or POST where there is a JSON body. Redirects are refused: a venue's address is what we say.
 * @throws Error with the reason in words: not reached, too slow, redirected, too long
 */
export async function getBody(
  url: string,
  { runtime, signal, body, bytesMax = REST_BYTES_MAX }: RestOptions,
): Promise<RestAnswer> {
  const limit = new AbortController();
  const stop = () => limit.abort(signal.reason);
  const cancel = runtime.after(REST_MS_MAX, () =>
    limit.abort(new Error(`no answer within ${REST_MS_MAX} ms`)),
  );
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const post = { method: "POST", headers: { "content-type": "application/json" }, body };
    const request = body === undefined ? {} : post;
    const options = { ...request, signal: limit.signal, redirect: "error" } as const;
    const response = await runtime.fetch(url, options);
    const { status, headers } = response;
    const retryAfter = headers.get("retry-after");
    if (response.ok) return { status, retryAfter, body: await readBody(response, bytesMax) };
    await response.body?.cancel();
    return { status, retryAfter, body: null };
  } catch (thrown) {
    const reason = limit.signal.aborted ? limit.signal.reason : causeOf(thrown);
    throw new Error(messageOf(reason), { cause: thrown });
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}

/** @throws LiqError LIQ_INSTRUMENT: not reached, too slow, not 2xx, too long, not JSON */
export async function fetchJson(url: string, options: RestOptions): Promise<unknown> {
  try {
    const { status, body } = await getBody(url, options);
    if (body === null) throw new Error(`HTTP ${status}`);
    return JSON.parse(body.toString("utf8"));
  } catch (thrown) {
    const text = `Cannot read instruments from ${url}: ${messageOf(thrown)}`;
    throw new LiqError("LIQ_INSTRUMENT", text, { cause: thrown });
  }
}

/** `fetch` says only "fetch failed"; what happened stands in its cause. */
export function causeOf(thrown: unknown): unknown {
  return thrown instanceof TypeError && thrown.cause !== undefined ? thrown.cause : thrown;
}

async function readBody(response: Response, bytesMax: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > bytesMax) throw new Error(`longer than ${bytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
