/** Columns in a fixed width, aligned with blanks. Pure. */

/** `left` for names, `right` for figures. */
export type Alignment = "left" | "right";

/** Longest cell; longer ones would break the lines of a phone. */
const CELL_CHARS_MAX = 24;

/** One line per row; missing cells are empty. */
export function alignedTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): readonly string[] {
  const cells = rows.map((row) => row.map(shorten));
  const widths = alignments.map((_, column) =>
    Math.max(0, ...cells.map((row) => lengthOf(row[column] ?? ""))),
  );
  return cells.map((row) =>
    alignments
      .map((alignment, column) => pad(row[column] ?? "", widths[column] ?? 0, alignment))
      .join("  ")
      .trimEnd(),
  );
}

function shorten(text: string): string {
  const points = [...text];
  return points.length <= CELL_CHARS_MAX
    ? text
    : `${points.slice(0, CELL_CHARS_MAX - 1).join("")}…`;
}

/** By code points: a reader's column is one sign wide. */
function lengthOf(text: string): number {
  return [...text].length;
}

function pad(text: string, width: number, alignment: Alignment): string {
  const blanks = " ".repeat(Math.max(0, width - lengthOf(text)));
  return alignment === "left" ? text + blanks : blanks + text;
}
