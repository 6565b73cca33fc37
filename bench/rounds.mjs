/**
 * Interleaved rounds: every case runs once per round in turn, so that a busy neighbour slows all of
 * them alike; the median over the rounds is reported, and ratios are taken inside one run only.
 */

const ROUNDS = 7;
const WARM_UP_MS = 150;
const ROUND_MS = 250;

/** The cases with their figures; those of a venue also as a multiple of its `JSON.parse`. */
export function measureCases(cases, onProgress) {
  const results = measure(cases, onProgress);
  return cases.map(({ name, bytesPerRow }) => {
    const { nsPerOp, minNs, maxNs } = results.get(name);
    const floor = results.get(`${name.split(":")[0]}: JSON.parse`);
    return {
      name,
      nsPerOp: Math.round(nsPerOp),
      minNs: Math.round(minNs),
      maxNs: Math.round(maxNs),
      ...(floor === undefined ? {} : { timesJsonParse: rounded(nsPerOp / floor.nsPerOp) }),
      ...(bytesPerRow === undefined ? {} : { bytesPerRow: rounded(bytesPerRow) }),
    };
  });
}

export function caseLines(rows) {
  return rows.map(({ name, nsPerOp, minNs, maxNs, timesJsonParse, bytesPerRow }) => {
    const ratio = timesJsonParse === undefined ? "" : `  ${timesJsonParse} x JSON.parse`;
    const bytes = bytesPerRow === undefined ? "" : `  ${bytesPerRow} bytes per row`;
    return `${name.padEnd(48)} ${String(nsPerOp).padStart(8)} ns (${minNs} to ${maxNs})${ratio}${bytes}`;
  });
}

/**
 * @param {readonly {name: string, run: (times: number) => unknown, unit?: string, batch?: number}[]} cases
 * @returns {Map<string, {nsPerOp: number, minNs: number, maxNs: number}>}
 */
function measure(cases, onProgress) {
  const samples = new Map(cases.map(({ name }) => [name, []]));
  for (const one of cases) spend(one, WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of cases) samples.get(one.name).push(spend(one, ROUND_MS));
    onProgress(`round ${round + 1} of ${ROUNDS}`);
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

function rounded(value) {
  return Math.round(value * 100) / 100;
}
