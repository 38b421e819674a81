const PART_CHARACTERS = 12;

/** Every part of a token, twelve characters long or longer, that is found in a text; each said once. */
export function findParts(tokens: readonly string[], text: string): string[] {
  const found = new Set<string>();
  for (const token of tokens) {
    for (let at = 0; at + PART_CHARACTERS <= token.length; at += 1) {
      const part = token.slice(at, at + PART_CHARACTERS);
      if (text.includes(part)) found.add(part);
    }
  }
  return [...found];
}
