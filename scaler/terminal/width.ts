// How many columns does text take on a terminal, and how is it broken into lines? East Asian letters and pictures take
// two columns, marks above a letter none; what belongs together (a flag, a family, a letter with its accent) stays so.
// Text here has no colours yet: break first, paint after.

const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Unicode's East Asian Width W and F, by blocks. */
const WIDE =
  /^[\u1100-\u115f\u231a\u231b\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u;
const PICTURE = /^\p{RGI_Emoji}$/v;
const NOTHING = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;

/** Columns of one line. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of SEGMENTS.segment(text)) columns += columnsOf(segment);
  return columns;
}

function columnsOf(segment: string): number {
  if (NOTHING.test(segment)) return 0;
  return WIDE.test(segment) || PICTURE.test(segment) ? 2 : 1;
}

/** Filled with blanks up to `columns`. */
export function padded(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return side === 'left' ? text + blanks : blanks + text;
}

/** The beginning of a line that fits, with … when something is missing. */
export function fitted(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const [head = ''] = cutAt(text, columns - 1);
  return `${head.trimEnd()}…`;
}

/** Broken at blanks into lines of at most `columns`; a word that is longer is cut. At least one line. */
export function wrapped(text: string, columns: number): string[] {
  if (columns === Infinity || widthOf(text) <= columns) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > columns) {
      const [head, rest] = cutAt(line, columns);
      lines.push(head);
      line = rest;
    }
  }
  return [...lines, line];
}

/** As much as fits, at least one letter, and the rest. */
function cutAt(text: string, columns: number): [head: string, rest: string] {
  let [head, width] = ['', 0];
  for (const { segment } of SEGMENTS.segment(text)) {
    width += columnsOf(segment);
    if (width > columns && head !== '') break;
    head += segment;
  }
  return [head, text.slice(head.length)];
}
