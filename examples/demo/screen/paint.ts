// Colours for a terminal, and the width of text that has them.

const CODES = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  cyan: '36',
  white: '97',
} as const;

export type Colour = keyof typeof CODES;

const ESC = '\u001b[';

export function paint(text: string, ...colours: Colour[]): string {
  if (text === '' || colours.length === 0) return text;
  return `${ESC}${colours.map((colour) => CODES[colour]).join(';')}m${text}${ESC}0m`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this looks for.
const SEQUENCES = /\u001b\[[0-9;]*m/g;

/** Columns that the text takes (every letter here is one column wide). */
export function widthOf(text: string): number {
  return [...text.replace(SEQUENCES, '')].length;
}

/** Filled with blanks, or cut (losing colours) when it is too long. */
export function padTo(text: string, width: number): string {
  const own = widthOf(text);
  if (own <= width) return text + ' '.repeat(width - own);
  return `${[...text.replace(SEQUENCES, '')].slice(0, width - 1).join('')}…`;
}

/** Broken at blanks into exactly `lines` lines of at most `width` columns. */
export function wrap(text: string, width: number, lines: number): string[] {
  const result: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(`${line} ${word}`) > width) {
      result.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  result.push(line);
  if (result.length > lines) {
    const rest = result.slice(lines - 1).join(' ');
    result.splice(lines - 1, result.length, padTo(rest, width));
  }
  while (result.length < lines) result.push('');
  return result.map((each) => padTo(each, width));
}
