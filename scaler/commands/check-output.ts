// What `check` prints: every problem for a person, as JSON for a program, or as annotations that GitHub shows at the line
// of a pull request. The last line for a person says what was looked at and what came of it.

import { problemCount, problemLines } from '../calendar/problem-lines.ts';
import { type Problem, problemLine } from '../problem.ts';
import type { Look } from '../terminal/look.ts';

export type CheckOutput = 'text' | 'json' | 'github';

export interface Checked {
  /** Those that count. */
  problems: Problem[];
  /** Secrets that are not at hand: said, not counted. */
  unread: Problem[];
  /** Values files as they were named. */
  files: string[];
  /** What was looked at, in words. */
  looked: string[];
  /** The values could not be used, so no calendar was read. */
  isCutShort: boolean;
}

/** Ends in a newline. */
export function checkText(checked: Checked, output: CheckOutput, look: Look): string {
  if (output === 'json') return `${JSON.stringify(asJson(checked), null, 2)}\n`;
  const last = `${lastLine(checked, look)}\n`;
  const all = [...checked.problems, ...checked.unread];
  if (output === 'github') return all.map((each) => annotation(each, checked.files)).join('') + last;
  return all.map((each) => `${problemLines(each, look).join('\n')}\n\n`).join('') + last;
}

function asJson({ problems, unread, looked, files }: Checked) {
  return {
    looked,
    problems: problems.map((problem) => ({ ...placeOf(problem, files), ...problem })),
    unreadSecrets: unread.map(({ where, message }) => ({ where, message })),
  };
}

function lastLine({ problems, unread, looked, isCutShort }: Checked, look: Look): string {
  const found = problems.length === 0 ? look.ink('good', 'no problems') : problemCount(problems, look);
  const notes = [
    `${looked.join(', ')}: ${found}`,
    ...(unread.length > 0 ? [NOT_AT_HAND] : []),
    ...(isCutShort ? ['the calendars were not looked at'] : []),
  ];
  return notes.join('; ');
}

const NOT_AT_HAND =
  'a Secret that is not at hand counts as none, but its calendar was not looked at (--secrets-dir DIR)';

interface Place {
  file?: string;
  line?: number;
}

/** The values file that a problem's `where` names, and the line in it. */
export function placeOf({ where, source }: Problem, files: string[]): Place {
  if (source !== 'config') return {};
  const named = files
    .flatMap((file) => [file, baseName(file)].map((name) => ({ file, name })))
    .filter(({ name }) => where.includes(name))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (named === undefined) return {};
  const line = / line (\d+)/.exec(where.slice(where.lastIndexOf(named.name) + named.name.length))?.[1];
  return { file: named.file, ...(line !== undefined && { line: Number(line) }) };
}

const baseName = (file: string) => file.split('/').at(-1) as string;

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function annotation(problem: Problem, files: string[]): string {
  const place = Object.entries(placeOf(problem, files)).map(
    ([key, value]) => `${key}=${property(String(value))}`,
  );
  const text = problemLine(problem).slice(problem.severity.length + 2);
  const properties = place.length === 0 ? '' : ` ${place.join(',')}`;
  return `::${problem.severity}${properties}::${message(text)}\n`;
}

const message = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
