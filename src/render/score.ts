/** A score as people read it: its level, its figure, and what it is made of. Pure. */
import type { Score } from "../score.ts";
import { formatScore } from "./figure.ts";

/** `ALERT (0.62): pace 0.81 · orders 0.40 · funding unknown`; the word signal stands before it. */
export function scoreText({ level, value, parts }: Score): string {
  const start = `${level} (${formatScore(value)})`;
  if (value === 0) return start;
  const known = parts.flatMap(({ name, value: of }) => {
    return of === null ? [] : [`${name} ${formatScore(of)}`];
  });
  const unknown = parts.filter((part) => part.value === null).map(({ name }) => name);
  const texts = unknown.length === 0 ? known : [...known, `${unknown.join(" and ")} unknown`];
  return `${start}: ${texts.join(" · ")}`;
}
