// How is a problem shown at a terminal? Where it is, the line as it was typed with a mark under the wrong part, what was
// expected, and one right line to copy. Event texts are strangers' texts: control characters never reach the terminal.
//
//   error: event 'Data 8 lab' of 2026-11-23 09:00, line 2
//       datta8: 3
//       ^^^^^^
//     no pool "datta8"; did you mean "data8"? Known pools: data8, stat20
//     right:  data8: 3
import type { Problem } from '../problem.ts';
import { shown } from './text.ts';

const LONGEST = 400;

export function problemLines(problem: Problem): string[] {
  const { severity, feed, where, line, message, example } = problem;
  const place = feed === undefined || where.includes(feed) ? where : `${feed}: ${where}`;
  return [
    `${severity}: ${shown(place, LONGEST)}`,
    ...(line === undefined ? [] : typedLines(shown(line, 120), message)),
    `  ${shown(message, LONGEST)}`,
    ...(example === undefined ? [] : exampleLines(example)),
  ];
}

/** On the same line, or as a block below that can be copied as it is. */
function exampleLines(example: string): string[] {
  const lines = example.split('\n');
  if (lines.length === 1) return [`  right:  ${shown(example, LONGEST)}`];
  return [
    '  right:',
    ...lines.map((line) => `      ${/^ */.exec(line)?.[0]}${shown(line, LONGEST)}`.trimEnd()),
  ];
}

/** The line, and carets under the first part of it that the message quotes. */
function typedLines(line: string, message: string): string[] {
  const quoted = [...message.matchAll(/"([^"]+)"/g)].map(([, part]) => part ?? '');
  const part = quoted.find((each) => line.includes(each));
  if (part === undefined) return [`      ${line}`];
  const marks = ' '.repeat(line.lastIndexOf(part)) + '^'.repeat([...part].length);
  return [`      ${line}`, `      ${marks}`];
}
