/** Discord's refusals: rate limits as its headers and bodies tell them, faults, error objects. */
import type { DiscordError } from "./discord-body.ts";
import type { Answer, Fault, Reply } from "./inbox-http.ts";
import type { RateBucket } from "./rate-bucket.ts";

export interface Limits {
  /** Shared by no other webhook; shown in headers. */
  readonly bucketName: string;
  readonly visible: RateBucket;
  /** Of the channel; no header tells it. */
  readonly hidden: RateBucket;
}

/** The headers of an allowed request, or the 429. */
export function limited(
  limits: Limits,
  nowMs: number,
): { readonly reply: Reply } | { readonly headers: Readonly<Record<string, string>> } {
  const visible = limits.visible.take(nowMs);
  const headers = {
    "x-ratelimit-limit": String(limits.visible.limit),
    "x-ratelimit-remaining": String(visible.remaining),
    "x-ratelimit-reset": ((nowMs + visible.resetMs) / 1000).toFixed(3),
    "x-ratelimit-reset-after": (visible.resetMs / 1000).toFixed(3),
    "x-ratelimit-bucket": limits.bucketName,
  };
  if (!visible.isAllowed) {
    return { reply: tooMany(visible.resetMs / 1000, { headers, scope: "user" }) };
  }
  const hidden = limits.hidden.take(nowMs);
  if (hidden.isAllowed) return { headers };
  return { reply: tooMany(hidden.resetMs / 1000, { headers, scope: "shared" }) };
}

function tooMany(
  retryAfterSeconds: number,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly scope: "user" | "shared" | "global";
    readonly headerSeconds?: number | undefined;
  },
): Reply {
  const isGlobal = options.scope === "global";
  return {
    status: 429,
    headers: {
      ...options.headers,
      // Whole seconds in the header, fractions in the body: as the real one answers.
      "retry-after": String(options.headerSeconds ?? Math.ceil(retryAfterSeconds)),
      "x-ratelimit-scope": options.scope,
      ...(isGlobal ? { "x-ratelimit-global": "true" } : {}),
    },
    json: {
      message: "You are being rate limited.",
      retry_after: retryAfterSeconds,
      global: isGlobal,
    },
  };
}

/** What a fault answers instead of the service; null = nothing. */
export function faulty(fault: Fault | null): Answer | null {
  if (fault?.type === "cut" || fault?.type === "silent") return fault.type;
  if (fault?.type === "rate-limited") {
    const { headerSeconds } = fault;
    const scope = fault.isGlobal === true ? "global" : "shared";
    return tooMany(fault.retryAfterSeconds, { headers: {}, scope, headerSeconds });
  }
  if (fault?.type !== "status") return null;
  if (fault.body !== undefined) return { status: fault.status, text: fault.body };
  if (fault.status >= 500) {
    return { status: fault.status, text: "<html><body>Bad gateway</body></html>" };
  }
  const message = fault.status === 404 ? "Unknown Webhook" : "Refused";
  return error(fault.status, { message, code: fault.status === 404 ? 10015 : 0 });
}

/** Discord's error object. */
export function error(status: number, body: DiscordError): Reply {
  return { status, json: body };
}
