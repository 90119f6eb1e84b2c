// Made-up classes: what is wanted, what is ready, and when the event begins. Unless a case says otherwise the event
// begins at minute 60 and three nodes are booked for it.
import { type Case, LEADER, STANDBY } from './cases.ts';
import type { Series } from './rules.ts';

const BEFORE = 'NodePlaceholderNotReadyBeforeEvent';
const AT = 'NodePlaceholderNotReadyAtEvent';
const WANTED = 'desired_replicas{pool="data8"}';
const READY = 'placeholders{pool="data8", state="ready"}';

/** The event runs from minute 60 on; before, it is the next. */
const EVENT: Series[] = [
  ['next_event_timestamp_seconds{pool="data8"}', '3600x59 0x100'],
  ['event_started_timestamp_seconds{pool="data8"}', '0x59 3600x100'],
];

/** Wanted from this minute on. */
const wantedFrom = (minute: number, count = 3): Series => [WANTED, `0x${minute - 1} ${count}x160`];
const NONE_READY: Series = [READY, '0x160'];

export const EVENT_CASES: Case[] = [
  {
    alert: BEFORE,
    when: 'with a lead time of 15 minutes none is ready at ten minutes before, nor until the event begins',
    series: [LEADER, ...EVENT, wantedFrom(44), NONE_READY],
    fires: { '48m': 0, '49m': 0, '50m': 1, '59m': 1, '61m': 0 },
  },
  {
    alert: BEFORE,
    when: 'with a long lead time it says nothing earlier than ten minutes before',
    series: [LEADER, ...EVENT, wantedFrom(20), NONE_READY],
    fires: { '30m': 0, '49m': 0, '50m': 1 },
  },
  {
    alert: BEFORE,
    when: 'all are ready at ten minutes before: never',
    series: [LEADER, ...EVENT, wantedFrom(40), [READY, '0x47 3x100']],
    fires: { '49m': 0, '50m': 0, '55m': 0, '59m': 0 },
  },
  {
    alert: BEFORE,
    when: 'one of three is missing, until it comes',
    series: [LEADER, ...EVENT, wantedFrom(40), [READY, '0x44 2x9 3x100']],
    fires: { '50m': 1, '54m': 1, '56m': 0 },
  },
  {
    alert: BEFORE,
    when: 'with a lead time of five minutes there was no time to come: never',
    series: [LEADER, ...EVENT, wantedFrom(55), NONE_READY],
    fires: { '55m': 0, '59m': 0 },
  },
  {
    alert: BEFORE,
    when: 'no event is near: never',
    series: [LEADER, ['next_event_timestamp_seconds{pool="data8"}', '0x160'], wantedFrom(10), NONE_READY],
    fires: { '60m': 0 },
  },
  {
    alert: BEFORE,
    when: 'the scaler was installed eight minutes before: it has five minutes',
    series: [
      ['leader', '_x52 1x100'],
      ['next_event_timestamp_seconds{pool="data8"}', '_x52 3600x7 0x100'],
      [WANTED, '_x52 3x100'],
      [READY, '_x52 0x100'],
    ],
    fires: { '53m': 0, '56m': 0, '58m': 1 },
  },
  {
    alert: BEFORE,
    when: 'the pod is replaced in these minutes, and the new one begins with nothing: never',
    series: [
      ...[EVENT[0] as Series, EVENT[1] as Series].map(([metric]): Series => [metric, '0x40 stale']),
      ['leader', '1x52 stale'],
      ['leader', '_x53 1x60', 'b'],
      ['next_event_timestamp_seconds{pool="data8"}', '_x53 3600x5 0x60', 'b'],
      [WANTED, '3x52 stale'],
      [WANTED, '_x54 3x60', 'b'],
      [READY, '3x52 stale'],
      [READY, '_x53 0 3x60', 'b'],
    ],
    fires: { '50m': 0, '54m': 0, '55m': 0, '58m': 0 },
  },
  {
    alert: AT,
    when: 'without a lead time none came within ten minutes of the start',
    series: [LEADER, ...EVENT, wantedFrom(60), NONE_READY],
    fires: { '60m': 0, '69m': 0, '71m': 1, '79m': 1, '82m': 0 },
  },
  {
    alert: AT,
    when: 'they came nine minutes after the start: never',
    series: [LEADER, ...EVENT, wantedFrom(60), [READY, '0x68 3x100']],
    fires: { '69m': 0, '70m': 0, '71m': 0, '80m': 0 },
  },
  {
    alert: AT,
    when: 'with a lead time of 15 minutes, as soon as the event begins',
    series: [LEADER, ...EVENT, wantedFrom(45), NONE_READY],
    fires: { '59m': 0, '61m': 1 },
  },
  {
    alert: AT,
    when: 'all were ready, and the class pushed them out: never',
    series: [LEADER, ...EVENT, wantedFrom(45), [READY, '0x50 3x8 0x100']],
    fires: { '60m': 0, '65m': 0, '71m': 0, '79m': 0 },
  },
  {
    alert: AT,
    when: 'one is asked for more after the start, because nodes have filled: never',
    series: [LEADER, ...EVENT, [WANTED, '0x44 2x25 3x100'], [READY, '0x50 2x100']],
    fires: { '70m': 0, '75m': 0, '79m': 0 },
  },
  {
    alert: AT,
    when: 'another event began with fewer just before, and these three never came',
    series: [LEADER, ...EVENT, [WANTED, '0x30 1x29 3x100'], [READY, '0x35 1x160']],
    fires: { '69m': 0, '71m': 1 },
  },
  {
    alert: AT,
    when: 'two replicas say the same: once; the one that stands by alone: never',
    series: [
      LEADER,
      STANDBY,
      ...EVENT,
      wantedFrom(60),
      NONE_READY,
      [WANTED, '0x59 3x100', 'b'],
      [READY, '0x160', 'b'],
      ['event_started_timestamp_seconds{pool="data8"}', '0x59 3600x100', 'b'],
      ['event_started_timestamp_seconds{pool="stat20"}', '0x160'],
      ['event_started_timestamp_seconds{pool="stat20"}', '0x59 3600x100', 'b'],
      ['desired_replicas{pool="stat20"}', '0x160'],
      ['desired_replicas{pool="stat20"}', '0x59 3x100', 'b'],
      ['placeholders{pool="stat20", state="ready"}', '0x160'],
    ],
    fires: { '75m': 1 },
  },
  {
    alert: AT,
    when: 'the scaler was installed while the event runs: it has ten minutes',
    series: [
      ['leader', '_x64 1x100'],
      ['event_started_timestamp_seconds{pool="data8"}', '_x64 3600x100'],
      [WANTED, '_x64 3x100'],
      [READY, '_x64 0x100'],
    ],
    fires: { '66m': 0, '73m': 0, '76m': 1 },
  },
  {
    alert: AT,
    when: 'the pod is replaced meanwhile: it still fires, once',
    series: [
      ['leader', '1x63 stale'],
      ['leader', '_x65 1x60', 'b'],
      ['event_started_timestamp_seconds{pool="data8"}', '0x59 3600x3 stale'],
      ['event_started_timestamp_seconds{pool="data8"}', '_x65 3600x60', 'b'],
      [WANTED, '0x44 3x18 stale'],
      [WANTED, '_x65 3x60', 'b'],
      [READY, '0x63 stale'],
      [READY, '_x65 0x60', 'b'],
    ],
    fires: { '61m': 1, '67m': 1, '75m': 1 },
  },
  {
    alert: AT,
    when: 'nothing is booked, only the baseline is short: never',
    series: [LEADER, ['event_started_timestamp_seconds{pool="data8"}', '0x160'], wantedFrom(10), NONE_READY],
    fires: { '30m': 0, '90m': 0 },
  },
];
