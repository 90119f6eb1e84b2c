// What text did the person see when typing? Calendars hand out HTML (Google, Outlook) or plain text; either way this
// gives plain lines: tags that break lines do so, other tags vanish, entities are decoded once, exotic blanks become
// blanks, curly quotes straight, full-width signs (a Japanese keyboard's colon) ASCII. A text without any tag that
// calendars use is left as it is, so that `a < b` stays. What the lines mean is not known here.
import { compile } from 'html-to-text';

const BLOCKS =
  'address blockquote center div dd dl dt h1 h2 h3 h4 h5 h6 hr html-blob li ol p pre table tr ul'.split(' ');
const INLINE =
  'a b body br code em font head html i meta s small span strike strong sub sup tbody td th thead title u';

/** Only these make a text HTML; `a <b and c> d` is none for want of an `=`. No part can run past the next tag: linear. */
const KNOWN_TAG = new RegExp(
  `</?(?:${[...BLOCKS, ...INLINE.split(' ')].join('|')})(?:\\s*/?|\\s[^<>=]*=[^<>]*)>`,
  'i',
);

/** Nobody types these; they come from editors that escape without adding tags. */
const ENTITY = /&(?:nbsp|amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});/i;

/** Deeper than any editor nests; what is deeper is not read by the converter, which calls itself for each level. */
const DEEPEST = 200;
const TOO_DEEP = '\u0000';

const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
const BLANKS = /[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
/** Control characters, soft hyphens, zero-width and direction marks (pasted from chats), variation selectors. */
const INVISIBLE = /\p{Cc}|\p{Cf}|[\ufe00-\ufe0f]/gu;

/** Makes a converter; making one costs a millisecond, using it on a description some microseconds. */
export function textReader(): (typed: string) => string {
  const convert = compile({
    wordwrap: false,
    preserveNewlines: true,
    limits: { maxDepth: DEEPEST, ellipsis: TOO_DEEP },
    selectors: [
      { selector: '*', format: 'inline' },
      { selector: 'a', format: 'inline' }, // Without the address.
      { selector: 'img', format: 'skip' },
      ...['td', 'th'].map((selector) => ({ selector, format: 'inlineSurround', options: { suffix: ' ' } })),
      ...BLOCKS.map((selector) => ({
        selector,
        format: 'block',
        options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
      })),
    ],
  });
  const decodeEntities = (text: string) => (ENTITY.test(text) ? convertPlain(text) : text);
  const convertPlain = (text: string) => convert(text.replaceAll('<', '&lt;').replaceAll('\n', '<br>'));
  return (typed) => {
    const text = typed.replace(LINE_ENDS, '\n').replaceAll(TOO_DEEP, '');
    if (!KNOWN_TAG.test(text)) return tidy(decodeEntities(text));
    const converted = convert(text);
    // Cut off: rather every tag a line break than a booking that nobody sees.
    return tidy(converted.includes(TOO_DEEP) ? decodeEntities(text.replace(/<[^<>]*>/g, '\n')) : converted);
  };
}

function tidy(text: string): string {
  return text
    .replace(LINE_ENDS, '\n')
    .replace(BLANKS, ' ')
    .split('\n')
    .map((line) => line.replace(INVISIBLE, '').trimEnd())
    .join('\n')
    .replace(/[“”„‟«»″]/g, '"')
    .replace(/[‘’‚‛‹›′]/g, "'")
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[︓﹕∶꞉]/g, ':');
}

/** A stranger's text on one short line, safe for terminals, logs and pages: no control or direction characters. */
export function shown(text: string, most = 60): string {
  const line = text
    .slice(0, most * 20)
    .replace(/\s+/g, ' ')
    .replace(INVISIBLE, '')
    .trim();
  const letters = [...line];
  return letters.length <= most
    ? line
    : `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}
