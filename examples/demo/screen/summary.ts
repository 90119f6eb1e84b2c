// What came of it, both runs beside each other, in words for a person.

import type { Outcome } from '../story/outcome.ts';
import type { SideName } from '../story/side.ts';
import { AT_ONCE_MS, clockText, minutes, roomAtStart, SEATS_PER_NODE, type Story } from '../story/story.ts';
import { wrap } from './paint.ts';

const LABEL = 34;
const COLUMN = 18;
const WIDTH = 78;

const paragraph = (text: string) =>
  wrap(text, WIDTH, 9)
    .map((line) => line.trimEnd())
    .filter(Boolean);

/** Lines without colours, at most 80 columns. */
export function summary(outcomes: Record<SideName, Outcome>, story: Story): string[] {
  const row = (label: string, of: (outcome: Outcome) => string) =>
    `  ${label.padEnd(LABEL)}${of(outcomes.with).padStart(COLUMN)}${of(outcomes.without).padStart(COLUMN)}`.trimEnd();
  const never = outcomes.with.never + outcomes.without.never > 0;
  const extra = Math.round(outcomes.with.nodeMinutes) - Math.round(outcomes.without.nodeMinutes);
  const saved = outcomes.with.atOnce - outcomes.without.atOnce;
  return [
    `${story.students} students, pool ${story.pool}, baseline 0: room for ${roomAtStart(story)} at the start, ${SEATS_PER_NODE} to a node`,
    '',
    row('', () => '').padEnd(LABEL + 2) + 'with the booking'.padStart(COLUMN) + 'without'.padStart(COLUMN),
    row('logins', (o) => String(o.logins)),
    row(`landed at once (within ${AT_ONCE_MS / 1000} s)`, (o) => String(o.atOnce)),
    ...(never ? [row('never landed', (o) => String(o.never))] : []),
    row('median wait', (o) => clockText(o.medianWaitMs)),
    row('longest wait', (o) => clockText(o.longestWaitMs)),
    row('nodes at most', (o) => String(o.mostNodes)),
    row('node-minutes', (o) => String(Math.round(o.nodeMinutes))),
    '',
    ...paragraph(
      `The booking cost ${extra} node-minutes more and let ${saved} more students start at once. ` +
        'A placeholder that a student pushes out asks for the next node, which is why the first run buys more ' +
        'nodes than it fills.',
    ),
    ...paragraph(
      `Times are class time: all but ${story.played.atItsOwnPace} ran ${story.speed} times as fast. A node boots and pulls its image ` +
        `in ${minutes(story.bootMs + story.readyMs + story.pullMs)}, an empty one goes after ${minutes(story.unneededMs)}.`,
    ),
    ...story.played.notes.flatMap(paragraph),
  ];
}
