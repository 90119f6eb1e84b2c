// The words that bands and stacks show, in the scaler's own order, with the colours they have in every panel.
import { FEED_STATES } from '../../../scaler/calendar/feeds.ts';
import { REASONS } from '../../../scaler/plan/decide.ts';
import type { NODE_STATES } from '../../../scaler/plan/headroom.ts';
import type { Words } from './panels.ts';

/** Grey: nothing is booked; blue and green: the calendar and free room decide; the others want a look. */
const REASON_COLOURS: Record<(typeof REASONS)[number], string> = {
  manual: 'purple',
  waiting: 'yellow',
  held: 'red',
  booked: 'green',
  pending: 'orange',
  baseline: '#808080',
  headroom: 'blue',
};

const FEED_COLOURS: Record<(typeof FEED_STATES)[number], string> = {
  unread: 'yellow',
  failed: 'red',
  good: 'green',
  stale: 'orange',
  expired: 'dark-red',
};

/** A column of words and colours in the order in which the scaler lists them. */
const inOrder = <W extends string>(words: readonly W[], colours: Record<W, string>): Words =>
  Object.fromEntries(words.map((word) => [word, colours[word]]));

export const NODE_COLOURS: Record<(typeof NODE_STATES)[number], string> = {
  free: 'green',
  busy: 'blue',
  empty: '#808080',
  placeholder: 'purple',
  recent: 'light-blue',
  'removal-candidate': 'orange',
  unusable: 'red',
  unreadable: 'dark-red',
};

export const REASON_WORDS = inOrder(REASONS, REASON_COLOURS);
export const FEED_WORDS = inOrder(FEED_STATES, FEED_COLOURS);
