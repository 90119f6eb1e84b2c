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

/** Letters that take two columns: East Asian ones and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;

const columnsOf = (letter: string) => (WIDE.test(letter) ? 2 : 1);

/** Columns that the text takes. */
export function widthOf(text: string): number {
  return [...text.replace(SEQUENCES, '')].reduce((sum, letter) => sum + columnsOf(letter), 0);
}

/** Filled with blanks, or cut (losing colours) when it is too long. */
export function padTo(text: string, width: number): string {
  const own = widthOf(text);
  if (own <= width) return text + ' '.repeat(width - own);
  let kept = '';
  let columns = 0;
  for (const letter of text.replace(SEQUENCES, '')) {
    columns += columnsOf(letter);
    if (columns > width - 1) break;
    kept += letter;
  }
  return padTo(`${kept}…`, width);
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
