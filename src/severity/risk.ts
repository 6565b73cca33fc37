/** The risk score (SPEC 5.2): six factors of the source system, each a pure function, 0 to 2 in all. */
import type { RiskBand, RiskScore } from "../score.ts";
import { clipped } from "./score.ts";

/** What it reads of the window of a cascade. */
export interface RiskInputs {
  readonly isCascade: boolean;
  readonly orders: number;
  readonly longCents: number;
  readonly shortCents: number;
  /** Money of the densest price level of one side. */
  readonly densestCents: number;
  /** Money of rows of at least $100 K. */
  readonly largeCents: number;
  readonly venues: number;
}

const VOLUME_USD_FULL = 1e6;
const ORDERS_FULL = 10;
const VENUES_FULL = 3;
/** All factors whole. */
const RISK_MAX = 2;

const centsOf = ({ longCents, shortCents }: RiskInputs): number => longCents + shortCents;

const shareOf = (cents: number, inputs: RiskInputs): number => {
  const whole = centsOf(inputs);
  return whole === 0 ? 0 : cents / whole;
};

interface Factor {
  readonly name: string;
  readonly weightPct: number;
  of(inputs: RiskInputs): number;
}

/** SPEC 5.2, in its order. */
const FACTORS: readonly Factor[] = [
  { name: "volume", weightPct: 25, of: (inputs) => centsOf(inputs) / 100 / VOLUME_USD_FULL },
  { name: "orders", weightPct: 20, of: ({ orders }) => orders / ORDERS_FULL },
  {
    name: "densest level",
    weightPct: 20,
    of: (inputs) => shareOf(inputs.densestCents, inputs),
  },
  {
    name: "one side",
    weightPct: 15,
    of: (inputs) => shareOf(Math.abs(inputs.longCents - inputs.shortCents), inputs),
  },
  { name: "large rows", weightPct: 15, of: (inputs) => shareOf(inputs.largeCents, inputs) },
  { name: "venues", weightPct: 5, of: ({ venues }) => (venues - 1) / (VENUES_FULL - 1) },
];

/** 0 to 2; 0 unless the asset is in a cascade. */
export function riskOf(inputs: RiskInputs): number {
  if (!inputs.isCascade) return 0;
  let sum = 0;
  for (const factor of FACTORS) sum += factor.weightPct * clipped(factor.of(inputs));
  return (RISK_MAX * sum) / 100;
}

export function describeRisk(inputs: RiskInputs): RiskScore {
  const value = riskOf(inputs);
  const parts = FACTORS.map(({ name, weightPct, of }) => {
    return { name, weightPct, value: clipped(of(inputs)) };
  });
  return { value, level: bandOf(value), isCascade: inputs.isCascade, parts };
}

/** SPEC 5.2: < 0.7 low, < 1.0 moderate, < 1.5 high, else extreme. */
export function bandOf(risk: number): RiskBand {
  if (risk < 0.7) return "low";
  if (risk < 1) return "moderate";
  return risk < 1.5 ? "high" : "extreme";
}
