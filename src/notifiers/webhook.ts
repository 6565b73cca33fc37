/**
 * Any program by HTTPS: one signed POST per message. The address comes from a configuration, so it
 * is resolved first, judged, and connected to as judged: a name that means another address a moment
 * later leads nowhere else. Redirects are not followed.
 */
import { createHmac } from "node:crypto";
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Runtime } from "../runtime.ts";
import { type Answer, classify, longestWaitMs } from "./classify.ts";
import { withDeadline } from "./deadline.ts";
import type { Attempt, Message, Notifier, WebhookTarget } from "./notifier.ts";
import { scrubber } from "./scrub.ts";
import { reachOf } from "./special-addresses.ts";
import { webhookPayload } from "./webhook-payload.ts";

export const SIGNATURE_HEADER = "x-liqwatch-signature";
export const USER_AGENT = "liqwatch-webhook/1";

/** Nothing that we want to know of an answer is longer; the rest is not read. */
const ANSWER_BYTES_MAX = 4_096;
/** A receiver may ask for patience, not for silence. */
const RETRY_AFTER_MS_MAX = 3_600_000;
const HEADER_BYTES_MAX = 16_384;

/** The part of the network that tests and people with their own name service replace. */
export interface WebhookDeps {
  readonly runtime: Runtime;
  /** Every address of a name; the system's by default. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
  /** Certificates that are trusted in place of the system's, PEM. */
  readonly ca?: string;
}

/** The address is not one that we connect to. */
class AddressRefused extends Error {}

export function createWebhookNotifier(target: WebhookTarget, deps: WebhookDeps): Notifier {
  const url = new URL(target.url);
  const { runtime, resolve = resolveName } = deps;
  const describe = scrubber([target.secret, target.url, `${url.pathname}${url.search}`]);
  const post = async (message: Message, signal: AbortSignal): Promise<Attempt> => {
    const addresses = await checkedAddresses(url, { target, resolve });
    signal.throwIfAborted();
    const body = JSON.stringify(webhookPayload(message));
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "user-agent": USER_AGENT,
      "idempotency-key": message.key,
      [SIGNATURE_HEADER]: signatureOf(body, target.secret, Math.floor(runtime.nowMs() / 1_000)),
    };
    const lookupFixed = lookupOf(addresses);
    const { ca } = deps;
    const options = { method: "POST", headers, lookup: lookupFixed, signal, ca } as const;
    const answer = await send(url, body, options);
    return outcomeOf({ ...answer, detail: describe(answer.detail) }, runtime.nowMs());
  };
  return {
    target: target.name,
    service: "webhook",
    edit: null,
    send: (message, signal) =>
      withDeadline(
        (bound) =>
          post(message, bound).catch((thrown) => {
            if (!(thrown instanceof AddressRefused)) throw thrown;
            return { outcome: "dead", reason: "gone", detail: thrown.message } as const;
          }),
        { runtime, signal, describe },
      ),
    async close() {},
  };
}

/**
 * `t=<seconds since 1970>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`, so that who repeats an old
 * message later is found out. The scheme is Stripe's: https://docs.stripe.com/webhooks/signature
 */
export function signatureOf(body: string, secret: string, atSeconds: number): string {
  const digest = createHmac("sha256", secret).update(`${atSeconds}.${body}`).digest("hex");
  return `t=${atSeconds},v1=${digest}`;
}

function resolveName(host: string): Promise<readonly LookupAddress[]> {
  return lookup(host, { all: true });
}

/** One address that is not allowed spoils all: a name has no business in two networks. */
async function checkedAddresses(
  url: URL,
  {
    target,
    resolve,
  }: {
    readonly target: WebhookTarget;
    readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
  },
): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  for (const { address } of addresses) {
    const reach = reachOf(address);
    if (reach === "public" || (reach === "private" && target.allowPrivate)) continue;
    const how = reach === "private" ? "; allowPrivate: true in its entry lets it through" : "";
    throw new AddressRefused(`Address ${address} of ${host} is ${reach}${how}`);
  }
  if (addresses.length === 0) throw new Error(`Name ${host} has no address`);
  return addresses;
}

/** Gives the socket what was judged; the name itself stays for TLS and the Host header. */
function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses;
    if (options.all === true) done(null, [...addresses]);
    else done(null, first?.address ?? "", first?.family);
  };
}

interface HttpAnswer extends Answer {
  readonly retryAfter: string | undefined;
}

/** One request over a connection of its own: a kept one would outlive the look at its address. */
function send(url: URL, body: string, options: RequestOptions): Promise<HttpAnswer> {
  const start = url.protocol === "http:" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const all = { ...options, agent: false, maxHeaderSize: HEADER_BYTES_MAX } as const;
    let isAnswered = false;
    const request = start(url, all, (response) => {
      isAnswered = true;
      const status = response.statusCode ?? 0;
      const retryAfter = response.headers["retry-after"];
      readBounded(response).then(
        (detail) => resolve({ status, detail, afterMs: null, retryAfter }),
        () => resolve({ status, detail: "", afterMs: null, retryAfter }),
      );
    });
    request.on("error", (error) => {
      // With a status there is an outcome: what breaks after it changes nothing.
      if (!isAnswered) reject(error);
    });
    request.end(body);
  });
}

async function readBounded(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part = Buffer.from(chunk);
    chunks.push(part);
    bytes += part.length;
    if (bytes >= ANSWER_BYTES_MAX) break;
  }
  // Leaving the loop has closed the connection.
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString("utf8");
}

function outcomeOf({ status, detail, retryAfter }: HttpAnswer, nowMs: number): Attempt {
  if (status >= 300 && status < 400) {
    const moved = `${status} Redirects are not followed: configure the address it leads to`;
    return { outcome: "dead", reason: "gone", detail: moved };
  }
  return classify({ status, afterMs: waitOf(retryAfter, nowMs), detail });
}

/** Seconds or a date (RFC 9110, 10.2.3), bounded; anything unreadable is no wait. */
function waitOf(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - nowMs) / 1_000;
  const waitMs = longestWaitMs([seconds]);
  return waitMs === null ? null : Math.min(waitMs, RETRY_AFTER_MS_MAX);
}
