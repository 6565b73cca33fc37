import { describe, expect, it } from "vitest";
import {
  canonicalDecimal,
  type Decimal,
  isPositive,
  multiply,
  parseDecimal,
  toCents,
  toNumber,
} from "../src/decimal.ts";
import { type Chance, chanceOf } from "./oracle/chance.ts";

const SCALE = 90;
const ROUNDS = 20_000;

/** A decimal as an integer of 10^-90, the plainest exact form; null where SPEC refuses the text. */
function exact(text: string): bigint | null {
  const parts = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (parts === null) return null;
  const [, whole = "", fraction = "", exponent = "0"] = parts;
  return BigInt(whole + fraction + "0".repeat(SCALE - fraction.length + Number(exponent)));
}

function centsOf(value: bigint, scale: number): bigint {
  const cent = 10n ** BigInt(scale - 2);
  return (value * 2n + cent) / (cent * 2n);
}

function digits(chance: Chance, length: number): string {
  return Array.from({ length }, () => chance.integer(0, 9)).join("");
}

/** Texts of every shape: short and long, zeros on both ends, exponents. */
function decimalText(chance: Chance): string {
  const whole = digits(chance, chance.integer(1, chance.in100(20) ? 40 : 8));
  const fraction = chance.in100(70)
    ? digits(chance, chance.integer(0, chance.in100(20) ? 40 : 8))
    : null;
  const plain = fraction === null ? whole : `${whole}.${fraction}`;
  if (plain.length > 18 || chance.in100(85)) return plain;
  return `${plain}e${chance.integer(-40, 40)}`;
}

function read(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (decimal === null) throw new Error(`Not a decimal: ${text}`);
  return decimal;
}

describe("a decimal", () => {
  it("is read exactly, whatever its length or exponent", () => {
    const chance = chanceOf(1);
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = decimalText(chance);
      const { units, scale } = read(text);
      expect(BigInt(units) * 10n ** BigInt(SCALE - scale), text).toBe(exact(text));
    }
  });

  it("is refused when it is signed, hexadecimal, endless, blank or no number", () => {
    const wrong = ["", " ", ".", "-1", "+1", "1 ", " 1", "1,5", "1.2.3", "0x10", "NaN", "Infinity"];
    const wild = ["1e309", "1e41", "1e", "e5", "1_000", "١", "9".repeat(41), `0.${"1".repeat(41)}`];
    for (const text of [...wrong, ...wild]) expect(parseDecimal(text), text).toBeNull();
  });

  it("accepts what venues write", () => {
    expect(read("0.0387407")).toEqual({ units: 387_407, scale: 7 });
    expect(read("9910")).toEqual({ units: 9_910, scale: 0 });
    expect(toNumber(read(".5"))).toBe(0.5);
    expect(toNumber(read("5."))).toBe(5);
    expect(toNumber(read("1e-9"))).toBe(1e-9);
    expect(toNumber(read("2.5E+3"))).toBe(2_500);
  });

  it("has one shortest form, equal for equal values", () => {
    const chance = chanceOf(2);
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = decimalText(chance);
      const short = canonicalDecimal(text) ?? "";
      expect(short, text).toMatch(/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/);
      expect(exact(short), text).toBe(exact(text));
    }
    expect(["007.50", "1.000", "0.0", "100", "1e2"].map(canonicalDecimal)).toEqual([
      "7.5",
      "1",
      "0",
      "100",
      "100",
    ]);
    expect(canonicalDecimal("-1")).toBeNull();
  });

  it("becomes the nearest float", () => {
    const chance = chanceOf(3);
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = decimalText(chance);
      expect(toNumber(read(text)), text).toBe(Number(text));
    }
  });

  it("knows zero from more than zero", () => {
    expect(isPositive(read("0.000"))).toBe(false);
    expect(isPositive(read("0".repeat(40)))).toBe(false);
    expect(isPositive(read(`0.${"0".repeat(39)}1`))).toBe(true);
  });
});

describe("a product of decimals", () => {
  it("is rounded once to cents, half away from zero", () => {
    const chance = chanceOf(4);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [left, right] = [decimalText(chance), decimalText(chance)];
      const product = multiply(read(left), read(right));
      const cents = centsOf((exact(left) ?? 0n) * (exact(right) ?? 0n), 2 * SCALE);
      const isSafe = cents <= BigInt(Number.MAX_SAFE_INTEGER);
      expect(toCents(product), `${left} x ${right}`).toBe(isSafe ? Number(cents) : null);
    }
  });

  it("rounds every half cent up, just below down", () => {
    const chance = chanceOf(5);
    for (let round = 0; round < ROUNDS; round += 1) {
      const whole = BigInt(digits(chance, chance.integer(1, 13)));
      const zeros = "0".repeat(chance.integer(0, 20));
      const half = `${whole}.${digits(chance, 2)}5${zeros}`;
      const cents = Number(half.slice(0, half.indexOf(".") + 3).replace(".", ""));
      expect(toCents(read(half)), half).toBe(cents + 1);
      const below = `${half.slice(0, half.indexOf(".") + 3)}49${"9".repeat(zeros.length)}`;
      expect(toCents(read(below)), below).toBe(cents);
    }
  });

  it("is null above what an integer of cents can hold", () => {
    expect(toCents(read("90071992547409.91"))).toBe(Number.MAX_SAFE_INTEGER);
    expect(toCents(read("90071992547409.92"))).toBeNull();
    expect(toCents(multiply(read("9".repeat(40)), read("9".repeat(40))))).toBeNull();
  });
});
