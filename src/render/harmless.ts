/** Signs that services act upon in any text, marked up or not. Pure. */

/**
 * A name behind an @ would be called and an address become a link; a zero-width space in between
 * leaves the look and takes the meaning.
 */
export function harmless(text: string): string {
  return text.replace(/@(?=[\w&!])/g, "@\u200b").replace(/:(?=\/\/)/g, ":\u200b");
}
