/** What the working parts tell to whoever measures. The real one (prom-client) is in the API. */

export interface Metrics {
  /** One step of the engine over a frame's rows. */
  engineStep(durationMs: number): void;
  /** One transaction, from the question to the answer. */
  commit(durationMs: number): void;
  commitFailed(): void;
  /** One answered attempt, from the claim to the answer. */
  delivery(attempt: {
    readonly target: string;
    readonly outcome: "delivered" | "edited" | "retry" | "parked" | "lost";
    readonly latencyMs: number;
  }): void;
  /** Rows that were too old, by what they were. */
  cleared(rows: Readonly<Record<string, number>>, atMs: number): void;
  /** One HTTP answer; `route` is the pattern, never the path that was asked for. */
  request(answer: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly durationMs: number;
  }): void;
  /** One picture asked of the painter, painted or not. */
  picture(picture: { readonly outcome: string; readonly durationMs: number }): void;
  /** One post of a bot's service, or of somebody who pretends to be it. */
  hookPost(post: { readonly bot: string; readonly outcome: string }): void;
}

export const NO_METRICS: Metrics = {
  engineStep() {},
  commit() {},
  commitFailed() {},
  delivery() {},
  cleared() {},
  request() {},
  picture() {},
  hookPost() {},
};
