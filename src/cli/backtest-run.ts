/**
 * One reading of a file through an engine per configuration, and what each of them would have told.
 * Times are the file's own; nothing is sent.
 */
import type { Settings } from "../config.ts";
import type { Reject } from "../liquidation.ts";
import { type Told, toldOf } from "./backtest-told.ts";
import { Replay } from "./replay-run.ts";

export interface Candidate {
  /** How the configuration is called in the answer: its path. */
  readonly name: string;
  readonly settings: Pick<Settings, "rules" | "targets" | "usdCoins" | "holds" | "cascade">;
}

export interface BacktestResult {
  /** Clocks of the first and the last readable line; null when there was none. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Distinct liquidations of the file. */
  readonly liquidations: number;
  readonly configurations: readonly (Told & { readonly name: string })[];
}

export class Backtest {
  readonly #runs: readonly { readonly candidate: Candidate; readonly replay: Replay }[];
  #fromMs: number | null = null;

  constructor(candidates: readonly Candidate[], onReject: (reject: Reject) => void) {
    this.#runs = candidates.map((candidate, index) => {
      const { rules, usdCoins, holds, cascade } = candidate.settings;
      const options = { rules, usdCoins, holds, cascade };
      // All of them refuse the same lines: one tells.
      const replay = new Replay({ ...options, ...(index === 0 && { onReject }) });
      return { candidate, replay };
    });
  }

  line(text: string): void {
    for (const { replay } of this.#runs) replay.line(text);
    this.#fromMs ??= this.#first?.asOfMs ?? null;
  }

  get linesRead(): number {
    return this.#first?.linesRead ?? 0;
  }

  /** Lets what is open come to its end, as it would have with nothing more to hear. */
  result(): BacktestResult {
    const toMs = this.#first?.asOfMs ?? null;
    const span = { fromMs: this.#fromMs ?? 0, toMs: toMs ?? 0 };
    return {
      fromMs: this.#fromMs,
      toMs,
      liquidations: this.#first?.engine.admission.counts.liquidations ?? 0,
      configurations: this.#runs.map(({ candidate, replay }) => {
        replay.runToRest();
        return { name: candidate.name, ...toldOf(replay.decisions, candidate.settings, span) };
      }),
    };
  }

  get #first(): Replay | undefined {
    return this.#runs[0]?.replay;
  }
}
