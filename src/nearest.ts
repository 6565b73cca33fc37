/** "Did you mean": the known word that is closest to what was typed. */

/** Longer words are not compared: a typing mistake that long is not one. */
const WORD_CHARS_MAX = 64;

/** The nearest of `known` within a third of the word's length (at least one edit), or null. */
export function nearest(word: string, known: Iterable<string>): string | null {
  if (word.length > WORD_CHARS_MAX) return null;
  const typed = word.toLowerCase();
  let best: string | null = null;
  let bestEdits = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(typed, candidate.toLowerCase());
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** Ready to append to a text: `; did you mean http?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const found = nearest(word, known);
  return found === null ? "" : `; did you mean ${found}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let twoAgo: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      let edits = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) edits = Math.min(edits, (twoAgo[column - 2] ?? 0) + 1);
      current.push(edits);
    }
    twoAgo = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
