// What is played: one class of students, and when what happens. All times are milliseconds of class time from the
// beginning; `speed` says how much faster than real the whole world of the demo runs (machines, students, waiting).
// The scaler alone runs at its own pace: its second of thinking counts as `speed` seconds of class.
import { shown } from '../../../scaler/calendar/text.ts';

export interface Story {
  /** The event as typed in the calendar. */
  title: string;
  description: string;
  /** The pool and the count that its booking asks for. */
  pool: string;
  count: number;
  /** Where the event comes from, when it is somebody's own. */
  source?: string;
  students: number;
  /** On the pool's one node at the beginning. */
  already: number;
  speed: number;
  played: Played;
  /** The event appears in the calendar. */
  typedAtMs: number;
  /** The booking starts this long before its event. */
  leadMs: number;
  classAtMs: number;
  /** All students log in within this. */
  loginsForMs: number;
  eventEndsAtMs: number;
  /** Students stop their servers, one after the other. */
  leaveAtMs: number;
  leaveForMs: number;
  endsAtMs: number;
  /** From the order for a machine to its node joining; then Ready and the image pull. */
  bootMs: number;
  readyMs: number;
  pullMs: number;
  /** How long the autoscaler lets an empty node be. */
  unneededMs: number;
  scanMs: number;
  graceMs: number;
}

/** In words, what it is played on: shown above the picture and below the table. */
export interface Played {
  on: string;
  /** What is not faster than it really is. */
  atItsOwnPace: string;
  /** Further truths about the numbers. */
  notes: string[];
}

const SECOND = 1_000;
const MINUTE = 60_000;

/** One machine of the pool, and what one student's server asks of it: 45 fit. */
export const MACHINE = { cpu: '7910m', memory: '58Gi', pods: '110' };
export const SERVER = { cpu: '150m', memory: '1280Mi' };
export const PLACEHOLDER = { cpu: '7', memory: '57Gi' };
export const DAEMONS = [
  { name: 'kube-proxy', requests: { cpu: '100m', memory: '128Mi' } },
  { name: 'log-collector', requests: { cpu: '200m', memory: '400Mi' } },
];
export const SEATS_PER_NODE = 45;
export const SERVER_IMAGE = 'images.example.edu/data8-notebook:2026.11';

/** A login that runs within this did not wait for a machine. */
export const AT_ONCE_MS = 15 * SECOND;

export const DATA8: Story = {
  title: 'Data 8 lecture',
  description: '# 250 students, 45 to a node\ndata8: 6',
  pool: 'data8',
  count: 6,
  students: 250,
  already: 5,
  speed: 12,
  played: { on: 'simulated clusters, real scalers', atItsOwnPace: 'the scaler', notes: [] },
  typedAtMs: 10 * SECOND,
  leadMs: 4 * MINUTE,
  classAtMs: 6 * MINUTE,
  loginsForMs: 2 * MINUTE,
  eventEndsAtMs: 9 * MINUTE,
  leaveAtMs: 11.75 * MINUTE,
  leaveForMs: 45 * SECOND,
  endsAtMs: 23 * MINUTE,
  bootMs: 2.5 * MINUTE,
  readyMs: 5 * SECOND,
  pullMs: 25 * SECOND,
  unneededMs: 10 * MINUTE,
  scanMs: 10 * SECOND,
  graceMs: 60 * SECOND,
};

/** The event's title as it may be shown: short, on one line, nothing in it that a terminal would obey. */
export const titleOf = ({ title }: Pick<Story, 'title'>) => shown(title, 40) || 'an event without a title';

export const roomAtStart = ({ already }: Pick<Story, 'already'>) => SEATS_PER_NODE - already;

/** When student `index` of `students` logs in, after the class began: most of them at the bell. */
export function loginAfterMs(
  index: number,
  { students, loginsForMs }: Pick<Story, 'students' | 'loginsForMs'>,
) {
  return loginsForMs * ((index + 1) / students) ** 1.3;
}

/** Where we are, as a person in that class would say it. */
export function phaseAt(elapsedMs: number, story: Story): string {
  const { classAtMs, leadMs, loginsForMs, eventEndsAtMs, leaveAtMs, leaveForMs, typedAtMs, students } = story;
  if (elapsedMs < typedAtMs) return 'an ordinary morning';
  if (elapsedMs < classAtMs - leadMs) return `someone types the event "${titleOf(story)}" into the calendar`;
  if (elapsedMs < classAtMs) return 'the booking has begun, its lead time before class';
  if (elapsedMs < classAtMs + loginsForMs) return `the class begins: ${students} students log in`;
  if (elapsedMs < eventEndsAtMs) return 'everybody has logged in';
  if (elapsedMs < leaveAtMs) return 'the event is over, the students work on';
  if (elapsedMs < leaveAtMs + leaveForMs) return 'the students stop their servers';
  return `nobody is left: empty nodes go after ${minutes(story.unneededMs)}`;
}

/** `3:05`; with a sign `-0:40` and `+2:00`. */
export function clockText(ms: number, { sign = false }: { sign?: boolean } = {}): string {
  const seconds = Math.round(Math.abs(ms) / SECOND);
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return sign ? `${ms < 0 ? '-' : '+'}${text}` : text;
}

export function minutes(ms: number): string {
  return ms % MINUTE === 0 ? `${ms / MINUTE} min` : `${clockText(ms)} min`;
}
