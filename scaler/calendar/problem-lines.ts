// How is a problem shown at a terminal? Where it is, the line as it was typed with a mark under the wrong part (under all
// of it when no part is known), what was expected and found, and one right line to copy. Event texts are strangers'
// texts: control characters never reach the terminal.
//
//   error: event 'Data 8 lab' of 2026-11-23 09:00, line 2
//       datta8: 3
//       ^^^^^^
//     no pool "datta8"; did you mean "data8"? Known pools: data8, stat20
//     right:  data8: 3
import type { Problem } from '../problem.ts';
import type { Ink } from '../terminal/ink.ts';
import { type Look, PLAIN } from '../terminal/look.ts';
import { widthOf, wrapped } from '../terminal/width.ts';
import { shown } from './text.ts';

const LONGEST = 400;
const LONGEST_LINE = 120;
const QUOTED = '      ';

export function problemLines(problem: Problem, { ink, columns }: Look = PLAIN): string[] {
  const { severity, feed, where, line, message, example } = problem;
  const place = feed === undefined || where.includes(feed) ? where : `${feed}: ${where}`;
  const [first = '', ...more] = wrapped(`${severity}: ${shown(place, LONGEST)}`, columns);
  return [
    ink(severity, first.slice(0, severity.length)) + ink('strong', first.slice(severity.length)),
    ...more.map((rest) => ink('strong', rest)),
    ...(line === undefined ? [] : typedLines(shown(line, LONGEST_LINE), message, ink, severity)),
    ...indented(shown(message, LONGEST), columns),
    ...(example === undefined ? [] : exampleLines(example, ink)),
  ];
}

function indented(text: string, columns: number): string[] {
  return wrapped(text, columns - 2).map((line) => `  ${line}`);
}

/** On the same line, or as a block below that can be copied as it is. */
function exampleLines(example: string, ink: Ink): string[] {
  const lines = example.split('\n');
  if (lines.length === 1) return [`  right:  ${ink('good', shown(example, LONGEST))}`];
  return [
    '  right:',
    ...lines.map((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      return `${QUOTED}${indent}${ink('good', shown(line, LONGEST))}`.trimEnd();
    }),
  ];
}

/** The line, and carets under the part that is wrong. */
function typedLines(line: string, message: string, ink: Ink, severity: Problem['severity']): string[] {
  if (line === '') return [];
  const { before, part } = pointedAt(line, message);
  const marks = '^'.repeat(Math.max(1, widthOf(part)));
  return [`${QUOTED}${line}`, `${QUOTED}${' '.repeat(widthOf(before))}${ink(severity, marks)}`];
}

/** The first part that the message quotes; else the value, when it is what was counted or of the wrong kind; else all. */
function pointedAt(line: string, message: string): { before: string; part: string } {
  for (const [, quoted = ''] of message.matchAll(/"([^"]+)"/g)) {
    const part = quoted.replace(/…$/, '');
    // A value stands at the end: in `3: 3` the second is meant.
    const at = message.startsWith('no pool') ? line.indexOf(part) : line.lastIndexOf(part);
    if (at >= 0) return { before: line.slice(0, at), part };
  }
  const [, before = '', part = line] = VALUE_IS_WRONG.test(message)
    ? (/^([^:]*:\s*)(.+)$/.exec(line) ?? [])
    : [];
  return { before, part };
}

const VALUE_IS_WRONG = /, got (?:a (?:list|mapping)|\d+ and \d+)|so \d+ lowers it/;

/** `3 problems: 1 error, 2 warnings` */
export function problemCount(problems: Problem[], { ink }: Look = PLAIN): string {
  const of = (severity: Problem['severity']) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [ink(severity, counted(count, severity))];
  };
  return `${counted(problems.length, 'problem')}: ${[...of('error'), ...of('warning')].join(', ')}`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
