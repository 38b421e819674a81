/** Of the text in the plots, in pixels. */
export const FONT_SIZE = 13;
export const TITLE_SIZE = 16;
export const LINE_HEIGHT = 17;

/** By the widest of the fonts that `sans-serif` may be (DejaVu Sans). */
const WIDEST = /[mwMW@%…—]/;
const WIDE = /[A-Z&<>=+~−–×≤≥]/;
const NARROW = /[ .,:;'|!ijlftIr()]/;

/** At least as wide as a browser draws it, whatever sans-serif font it has. */
export function textWidth(text: string, size = FONT_SIZE): number {
  let width = 0;
  for (const letter of text) {
    if (letter > '\u2fff' || WIDEST.test(letter)) width += 1;
    else if (WIDE.test(letter)) width += 0.84;
    else width += NARROW.test(letter) ? 0.42 : 0.65;
  }
  // A title is set in bold.
  return width * size * (size > FONT_SIZE ? 1.1 : 1);
}

/** Lines no wider than that, broken at spaces; a wider word after its hyphens and slashes, or else anywhere. */
export function wrap(text: string, maxWidth: number, size = FONT_SIZE): string[] {
  const lines: string[] = [];
  let line = '';
  const add = (piece: string, gap: string): void => {
    if (textWidth(line + gap + piece, size) <= maxWidth || !line) line += gap + piece;
    else {
      lines.push(line);
      line = piece;
    }
  };
  for (const word of text.split(/\s+/).filter(Boolean)) {
    let gap = line && ' ';
    for (const piece of piecesOf(word, maxWidth, size)) {
      add(piece, gap);
      gap = '';
    }
  }
  return line ? [...lines, line] : lines;
}

function piecesOf(word: string, maxWidth: number, size: number): string[] {
  if (textWidth(word, size) <= maxWidth) return [word];
  const parts = word.split(/(?<=[-/])/);
  return parts.flatMap((part) => (textWidth(part, size) <= maxWidth ? [part] : [...part]));
}
