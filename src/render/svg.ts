/** Small pieces of SVG as text. Pure, and the same bytes for the same input. */

type Attributes = Readonly<Record<string, string | number>>;

/** One element; `content` is markup already. */
export function tag(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    return ` ${key}="${typeof value === "number" ? rounded(value) : escapeXml(value)}"`;
  });
  const open = `<${name}${written.join("")}`;
  return content === "" ? `${open}/>` : `${open}>${content}</${name}>`;
}

/** Two decimals are a fiftieth of a pixel at twice the size. */
export function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text of others in markup; signs that XML forbids are left out (https://www.w3.org/TR/xml/#charsets). */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
