// In which colour is something shown, and does this stream want any? Colours have a meaning each and never are the only
// sign of it. Whether there are any at all is Node's decision (a terminal; NO_COLOR, FORCE_COLOR, TERM=dumb).
//
// The 256-colour shades have a contrast of at least 4 : 1 against black and against white, so that they can be read on
// either; the sixteen named ones are the terminal's own, for terminals that know no others.
import { styleText } from 'node:util';

/** `text` as something of this meaning. */
export type Ink = (meaning: Meaning, text: string) => string;

export type Meaning = keyof typeof SHADES | 'strong';

/** Of each meaning its shade of the 256 and its name among the sixteen. */
export const SHADES = {
  error: [196, 31],
  warning: [130, 33],
  good: [28, 32],
  /** Pools side by side differ. */
  pool0: [31, 36],
  pool1: [133, 35],
  pool2: [64, 32],
  pool3: [27, 34],
} as const;

const BOLD = ['\u001b[1m', '\u001b[22m'] as const;

/** What a pipe gets. */
export const plainInk: Ink = (_, text) => text;

export interface Painted {
  isTTY?: boolean;
  getColorDepth?(): number;
}

export function inkFor(stream: Painted): Ink {
  const asked = { stream: stream as NodeJS.WriteStream };
  if (styleText('bold', 'x', asked) === 'x') return plainInk;
  const hasShades = (stream.getColorDepth?.() ?? 4) >= 8;
  return (meaning, text) => {
    if (text === '') return '';
    if (meaning === 'strong') return BOLD.join(text);
    const [shade, named] = SHADES[meaning];
    return `\u001b[${hasShades ? `38;5;${shade}` : named}m${text}\u001b[39m`;
  };
}

/** The meaning of each pool's name, in their order. */
export function poolMeanings(pools: { name: string }[]): Map<string, Meaning> {
  const meanings = ['pool0', 'pool1', 'pool2', 'pool3'] as const;
  return new Map(pools.map(({ name }, index) => [name, meanings[index % meanings.length] ?? 'pool0']));
}
