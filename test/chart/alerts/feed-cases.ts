// Made-up days of a calendar: when it was read last, and what is in it.
import { type Case, LEADER, STANDBY } from './cases.ts';

const LAST = 'feed_last_success_timestamp_seconds{feed="exams"}';
const EVENT = 'feed_problem_event_timestamp_seconds{feed="exams"}';
const PROBLEMS = 'feed_problems{feed="exams"}';
const state = (name: string) => `feed_state{feed="exams", state="${name}"}`;

/** Seconds of a day and two hours: the start of an event. */
const EVENT_AT = 93_600;

export const FEED_CASES: Case[] = [
  {
    alert: 'NodePlaceholderFeedStale',
    when: 'a calendar was not read for more than an hour, for five minutes',
    series: [LEADER, [LAST, '600x200']],
    fires: { '70m': 0, '75m': 0, '76m': 1 },
  },
  {
    alert: 'NodePlaceholderFeedStale',
    when: 'it is read once an hour: never',
    series: [LEADER, [LAST, '0x59 3600x59 7200x59']],
    fires: { '60m': 0, '119m': 0, '179m': 0 },
  },
  {
    alert: 'NodePlaceholderFeedStale',
    when: 'the leader cannot read it, and the one that stands by can',
    series: [LEADER, STANDBY, [LAST, '0x200'], [LAST, '0+60x200', 'b']],
    fires: { '66m': 1 },
  },
  {
    alert: 'NodePlaceholderFeedStale',
    when: 'the leader can read it, and the one that stands by cannot: never',
    series: [LEADER, STANDBY, [LAST, '0+60x200'], [LAST, '0x200', 'b']],
    fires: { '66m': 0, '180m': 0 },
  },
  {
    alert: 'NodePlaceholderFeedStale',
    when: 'the calendar was never read, ten minutes after the start',
    series: [LEADER, [LAST, '-2000000000x20']],
    fires: { '4m': 0, '5m': 1 },
  },
  {
    alert: 'NodePlaceholderFeedStale',
    when: 'there is no calendar: never',
    series: [LEADER],
    fires: { '120m': 0 },
  },
  {
    alert: 'NodePlaceholderBookingProblem',
    when: 'an event with a slip begins in less than a day, for five minutes',
    series: [LEADER, [EVENT, `${EVENT_AT}x2000`]],
    fires: { '120m': 0, '125m': 0, '126m': 1, '1560m': 1, '1600m': 1 },
  },
  {
    alert: 'NodePlaceholderBookingProblem',
    when: 'it is put right, or over: no more',
    series: [LEADER, [EVENT, `${EVENT_AT}x200 0x100`]],
    fires: { '200m': 1, '202m': 0, '290m': 0 },
  },
  {
    alert: 'NodePlaceholderBookingProblem',
    when: 'there is none: never',
    series: [LEADER, [EVENT, '0x2000']],
    fires: { '10m': 0, '1600m': 0 },
  },
  {
    alert: 'NodePlaceholderBookingProblem',
    when: 'only the one that stands by still has the old copy: never',
    series: [LEADER, STANDBY, [EVENT, '0x200'], [EVENT, '3600x200', 'b']],
    fires: { '60m': 0 },
  },
  {
    alert: 'NodePlaceholderBookingProblem',
    when: 'the pod is replaced: it stays, once',
    series: [
      ['leader', '1x30 stale'],
      ['leader', '_x30 1x60', 'b'],
      [EVENT, '7200x30 stale'],
      [EVENT, '_x30 7200x60', 'b'],
    ],
    fires: { '30m': 1, '31m': 1, '40m': 1 },
  },
  {
    alert: 'NodePlaceholderFeedProblems',
    when: 'a calendar has problems for a quarter of an hour',
    series: [LEADER, [PROBLEMS, '0x5 3x60'], [state('good'), '1x60'], [state('stale'), '0x60']],
    fires: { '20m': 0, '21m': 1 },
  },
  {
    alert: 'NodePlaceholderFeedProblems',
    when: 'they are put right within that time: never',
    series: [LEADER, [PROBLEMS, '3x13 0x60']],
    fires: { '14m': 0, '60m': 0 },
  },
  {
    alert: 'NodePlaceholderFeedProblems',
    when: 'what is wrong is that it cannot be read: never, that is another alert',
    series: [LEADER, [PROBLEMS, '1x60'], [state('good'), '0x60'], [state('stale'), '1x60']],
    fires: { '60m': 0 },
  },
];
