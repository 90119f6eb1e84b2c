// Is the typed value a count? Only digits are: whole, from 0 to a million. Anything else is told what it looks like, so
// that the answer can show the right line. `true`, `3.0`, `1e3`, `0x10` and `-1` mean something to a machine; a person
// who typed them is asked again, for a wrong guess costs either a class its room or a budget its money.

export type CountReading =
  | { count: number }
  /** Not a count. `likely`: it was plainly meant as one; `example`: a count to show in the right example. */
  | { likely: boolean; example: number };

/** More than any cluster has; `maxReplicas` cuts far earlier. */
const LARGEST = 1_000_000;
/** The count of an example when what was typed gives none. */
export const EXAMPLE = 3;
const LONGEST_VALUE = 100;

const WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const NOTHING = new Set(['no', 'none', 'nothing', 'off', 'false', 'null', '~']);
const YES = new Set(['yes', 'on', 'true']);
const UNIT = String.raw`(?:spare|extra|warm|hot|more|additional)?\s*(?:nodes?|spares?|placeholders?|replicas?|machines?|servers?|vms?|users?|students?|people|seats?|please)`;
const NUMBER = String.raw`[-+~<>≥≤=]*\s*(?:0x[\da-f]+|\p{Nd}+(?:[.,_' ]\p{Nd}+)*\.?(?:e[-+]?\d+)?)`;
const LIKELY = new RegExp(`^${NUMBER}\\s*(?:[-–—/]\\s*${NUMBER})?\\s*[?!.x×]*\\s*(?:${UNIT})?[?!.]*$`, 'iu');

/** Reads what stands behind the colon; marks of emphasis, quotes, a comment and a final dot are not part of it. */
export function readCount(typed: string): CountReading {
  const comment = typed.indexOf('#');
  const told = comment < 0 ? typed : typed.slice(0, comment);
  if (told.length > LONGEST_VALUE) return { likely: false, example: EXAMPLE };
  const value = bare(told).replace(/[.,;!]+$/u, '');
  if (/^\d{1,20}$/.test(value)) {
    const count = Number(value);
    return count <= LARGEST ? { count } : { likely: true, example: EXAMPLE };
  }
  const word = value.toLowerCase().split(/\s/u)[0] ?? '';
  if (WORDS.includes(word)) return { likely: true, example: WORDS.indexOf(word) };
  if (NOTHING.has(value.toLowerCase())) return { likely: true, example: 0 };
  if (YES.has(value.toLowerCase())) return { likely: true, example: EXAMPLE };
  const likely = LIKELY.test(value);
  if (value.startsWith('-')) return { likely, example: 0 };
  const leading = /^(\d{1,6})(?:\.0*)?(?=$|[\s?!x×(])/u.exec(value)?.[1];
  return { likely, example: leading === undefined || /^0x/i.test(value) ? EXAMPLE : Number(leading) };
}

/** Without the quotes and marks of emphasis (`**3**`) that people and editors put around a word. */
export function bare(typed: string): string {
  return typed.replace(/^[\s"'`*_]+/u, '').replace(/(?<![\s"'`*_])[\s"'`*_]+$/u, '');
}
