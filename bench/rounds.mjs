/**
 * Interleaved rounds: every case runs once per round in turn, so that a busy neighbour slows all of
 * them alike; the median over the rounds is reported, and ratios are taken inside one run only.
 */

const ROUNDS = 7;
const WARM_UP_MS = 150;
const ROUND_MS = 250;

/**
 * @param {readonly {name: string, run: (times: number) => unknown, unit?: string, batch?: number}[]} cases
 * @returns {Map<string, {nsPerOp: number, minNs: number, maxNs: number}>}
 */
export function measure(cases, onProgress = () => {}) {
  const samples = new Map(cases.map(({ name }) => [name, []]));
  for (const one of cases) spend(one, WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of cases) samples.get(one.name).push(spend(one, ROUND_MS));
    onProgress(round + 1, ROUNDS);
  }
  return new Map(
    [...samples].map(([name, ns]) => {
      const sorted = ns.sort((a, b) => a - b);
      const nsPerOp = sorted[Math.floor(sorted.length / 2)];
      return [name, { nsPerOp, minNs: sorted[0], maxNs: sorted.at(-1) }];
    }),
  );
}

/** Runs a case for about `ms` and returns nanoseconds per operation. */
function spend({ run, batch = 1_000 }, ms) {
  let operations = 0;
  const startedAt = performance.now();
  let spentMs = 0;
  do {
    run(batch);
    operations += batch;
    spentMs = performance.now() - startedAt;
  } while (spentMs < ms);
  return (spentMs * 1e6) / operations;
}
