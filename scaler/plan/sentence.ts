// The words of a decision: what is booked, which nodes have room, what held it, each as one clause with its numbers.
// Written for the person who asks "why 2?": the same clauses stand in the log, on the page and in the status.
import type { Booked, BookedBy } from '../calendar/schedule.ts';
import type { Headroom, NodeState, Shares } from './headroom.ts';
import { showTime } from './local-time.ts';

/** The zone in which times are shown, and now: times of another day carry their date. */
export interface When {
  zone: string;
  nowMs: number;
}

/** `event 'Data 8 midterm' books 3 until 10:10`, or what stands when nothing is booked, as far as that is known. */
export function baseWords(
  { booked, baseline, known }: { booked: Booked | undefined; baseline: number; known: boolean },
  when: When,
): string {
  if (booked === undefined) return `${known ? 'nothing is booked, ' : ''}the baseline is ${baseline}`;
  const until = timeWords('until', booked.untilMs, when);
  const [first, ...others] = booked.by;
  if (first === undefined) return `the calendar books ${booked.count}${until}`;
  if (others.length === 0) return `event ${titleWords(first)} books ${booked.count}${until}`;
  if (first.count === booked.count) {
    return `event ${titleWords(first)} books ${booked.count}${until} (beside ${others.map(asked).join(', ')})`;
  }
  return `events ${booked.by.map(asked).join(', ')} together book ${booked.count}${until}`;
}

/** `1 of 4 nodes has room (node-a free 62 % cpu, 41 % memory)`, or why none has. */
export function roomWords({ nodes, free, states, room }: Headroom): string {
  if (nodes === 0) return 'the pool has no nodes';
  const of = `of ${nodes} nodes`;
  if (room === undefined) return `0 ${of} have room (${stateWords(states)})`;
  if (room.node !== undefined) return `${free} ${of} has room (${room.node} free ${shareWords(room.least)})`;
  const { least, most } = room;
  return `${free} ${of} have room (free ${range(least.cpu, most.cpu)} cpu, ${range(least.memory, most.memory)} memory)`;
}

/** ` until 10:10`, ` since 2026-11-22 18:00`; nothing for what has no such time. */
export function timeWords(word: 'until' | 'since', atMs: number | undefined, when: When): string {
  return atMs === undefined || !isDate(atMs) ? '' : ` ${word} ${showTime(atMs, when)}`;
}

export function placeholders(count: number): string {
  return `${count} ${count === 1 ? 'placeholder' : 'placeholders'}`;
}

const STATE_WORDS: Record<NodeState, string> = {
  free: 'with room',
  busy: 'busy',
  empty: 'empty',
  placeholder: 'with a placeholder',
  recent: 'new or lately busy',
  'removal-candidate': 'about to be removed',
  unusable: 'not usable',
  unreadable: 'unreadable',
};

function stateWords(states: Record<NodeState, number>): string {
  const words: string[] = [];
  for (const [state, text] of Object.entries(STATE_WORDS)) {
    const count = states[state as NodeState];
    if (count > 0) words.push(`${count} ${text}`);
  }
  return words.join(', ');
}

function asked(by: BookedBy): string {
  return `${titleWords(by)} ${by.count}`;
}

/** Titles are people's text: one line, not too long, no control characters. */
export function titleWords({ title: text }: Pick<BookedBy, 'title'>): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  if (line === '') return '(without title)';
  const letters = [...line];
  return `'${letters.length > 60 ? `${letters.slice(0, 57).join('')}...` : line}'`;
}

function shareWords({ cpu, memory }: Shares): string {
  return `${percent(cpu)} cpu, ${percent(memory)} memory`;
}

function range(least: number, most: number): string {
  return whole(least) === whole(most) ? percent(least) : `${whole(least)} to ${percent(most)}`;
}

function percent(share: number): string {
  return `${whole(share)} %`;
}

/** Rounded down: a sentence must not show more room than there is. */
function whole(share: number): number {
  return Number.isFinite(share) ? Math.floor(share * 100 + 1e-9) : 0;
}

function isDate(atMs: number): boolean {
  return Math.abs(atMs) < 8.6e15;
}
