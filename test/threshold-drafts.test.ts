import { expect, test } from "vitest";
import { draftsOf, isSameChange, withChanges } from "../src/threshold-drafts.ts";
import { ruleOf } from "./severity/samples.ts";

const RULES = [ruleOf()];
const ADA = { by: "telegram:4711", name: "ada" };

test("several drafts are compared with what was shown, whoever signed them", () => {
  const wish = { type: "set", rule: "minute", levels: { low: 150 } } as const;
  const drafts = draftsOf(wish, RULES, []);
  const shown = drafts.map((draft) => ({ ...draft, atMs: 1, who: ADA }));
  expect(isSameChange(drafts, shown)).toBe(true);
  expect(isSameChange(draftsOf({ ...wish, levels: { low: 151 } }, RULES, []), shown)).toBe(false);
  expect(withChanges([], shown)).toEqual(shown);
  const [reverted] = draftsOf({ type: "revert", rule: null }, RULES, shown);
  expect(reverted).toMatchObject({ before: { low: 150 }, after: { low: 100 }, override: {} });
});
