/** Parts of hand-written documents that are made from the code, between two markers. */

/** `text` with the part named `name` replaced; throws when the markers are not there. */
export function withSection(text: string, name: string, body: string): string {
  const start = `<!-- generated: ${name} (npm run generate) -->`;
  const end = "<!-- end of generated part -->";
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`No markers for ${name}: ${start} ... ${end}`);
  return `${text.slice(0, from + start.length)}\n${body.trimEnd()}\n${text.slice(to)}`;
}

/** A Markdown table; bars inside cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `|${head.map(() => "---").join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
