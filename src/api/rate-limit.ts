/** A token bucket per address: bursts are fine, floods are told to wait. Pure, bounded. */

/** Requests of one address: at once, and per second from then on. */
export const BURST_MAX = 300;
export const REQUESTS_PER_S = 50;
/** Addresses remembered; of more than these the one that was silent longest is forgotten. */
const ADDRESSES_MAX = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

export interface RateLimits {
  readonly burst: number;
  readonly perSecond: number;
}

export class RateLimit {
  readonly #limits: RateLimits;
  /** Longest silent first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: RateLimits = { burst: BURST_MAX, perSecond: REQUESTS_PER_S }) {
    this.#limits = limits;
  }

  /** 0 = allowed; else the milliseconds until the next request is. `nowMs` is monotonic. */
  take(address: string, nowMs: number): number {
    const { burst, perSecond } = this.#limits;
    const key = ownerOf(address);
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > ADDRESSES_MAX) this.#forgetOne();
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) * perSecond) / 1_000);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond);
    bucket.tokens -= 1;
    return 0;
  }

  get addresses(): number {
    return this.#buckets.size;
  }

  #forgetOne(): void {
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key);
      return;
    }
  }
}

/** One owner has a whole /64 of IPv6 addresses; IPv4 may come dressed as IPv6. */
function ownerOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill("0"), ...right].slice(0, 4).join(":");
}
