import { describe, expect, it } from "vitest";
import type { PositionSide } from "../../src/liquidation.ts";
import { widthOf } from "../../src/windows/level-width.ts";
import { RiskWindow } from "../../src/windows/risk-window.ts";
import { RowTable } from "../../src/windows/row-table.ts";

const table = new RowTable();
const group = table.group({ venue: "okx", symbol: null, asset: "BTC", priceKind: null });

function rowOf(cents: number, price: number | null, positionSide: PositionSide = "long"): number {
  return table.add({
    ...{ timeMs: 1, cents, isPriced: true, positionSide, countsOrder: true, price, size: null },
    group,
  });
}

describe("what a risk score reads of a window", () => {
  it("is the densest level of one side, as rows come and go", () => {
    const risk = new RiskWindow(table);
    risk.setWidth(widthOf("0.2"));
    const [one, two] = [rowOf(300, 100.05), rowOf(200, 100.19)];
    const [next, other] = [rowOf(400, 100.2), rowOf(450, 100.1, "short")];
    for (const ref of [one, two, next, other, rowOf(900, null)]) risk.enter(ref);
    expect(risk.densestCents()).toBe(500);
    risk.leave(two);
    expect(risk.densestCents()).toBe(450);
    risk.leave(other);
    expect(risk.densestCents()).toBe(400);
    risk.leave(next);
    risk.leave(one);
    expect([risk.densestCents(), risk.venues]).toEqual([0, 1]);
  });

  it("takes rows of $100,000 as large", () => {
    const risk = new RiskWindow(table);
    const [large, small] = [rowOf(10_000_000, null), rowOf(9_999_999, null)];
    risk.enter(large);
    risk.enter(small);
    expect(risk.largeCents).toBe(10_000_000);
    risk.leave(large);
    expect([risk.largeCents, risk.densestCents()]).toEqual([0, 0]);
  });

  it("begins anew with another width", () => {
    const risk = new RiskWindow(table);
    const width = widthOf("0.2");
    expect([risk.hasWidth(null), risk.hasWidth(width)]).toEqual([true, false]);
    risk.setWidth(width);
    risk.enter(rowOf(5, 100));
    risk.setWidth(widthOf("5"));
    expect([risk.hasWidth(width), risk.densestCents(), risk.venues]).toEqual([false, 0, 0]);
  });
});
