// RANGE=THISANDFUTURE where days and clock changes meet: the later instances keep their time on the wall.
import { describe, it } from 'vitest';
import { checkRow, event, type GoldenRow } from '../support/golden-calendar.ts';

/** Half past two on four days; in the night to 29 March 2026 the clocks of Berlin skip from two to three. */
const nights = event(
  'DTSTART;TZID=Europe/Berlin:20260328T023000',
  'DURATION:PT1H',
  'RRULE:FREQ=DAILY;COUNT=4',
);
const evenings = event(
  'DTSTART;TZID=America/New_York:20260302T210000',
  'DURATION:PT1H',
  'RRULE:FREQ=DAILY;COUNT=4',
);

const rows: GoldenRow[] = [
  ...['TZID=Europe/Berlin:20260329T023000', 'TZID=Europe/Berlin:20260329T033000', ':20260329T013000Z'].map(
    (named) => ({
      name: `the first of them lies in the hour that is skipped, named ${named.replace(/^:/, '')}`,
      ics: [
        ...nights,
        ...event(
          `RECURRENCE-ID;RANGE=THISANDFUTURE${named.startsWith(':') ? named : `;${named}`}`,
          'DTSTART;TZID=Europe/Berlin:20260408T023000',
          'DURATION:PT1H',
        ),
      ],
      gives: ['2026-03-28T01:30Z', '2026-04-08T00:30Z', '2026-04-09T00:30Z', '2026-04-10T00:30Z'],
    }),
  ),
  {
    name: 'the first of them moves into the hour that is skipped: it is later that day, the others are not',
    ics: [
      ...nights,
      ...event(
        'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260328T023000',
        'DTSTART;TZID=Europe/Berlin:20260329T023000',
        'DURATION:PT2H',
      ),
    ],
    gives: [
      '2026-03-29T01:30Z/2026-03-29T03:30Z',
      '2026-03-30T00:30Z/2026-03-30T02:30Z',
      '2026-03-31T00:30Z/2026-03-31T02:30Z',
      '2026-04-01T00:30Z/2026-04-01T02:30Z',
    ],
  },
  {
    name: 'the first of them is named by its day, which begins where the series is',
    ics: [
      ...evenings,
      ...event(
        'RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260304',
        'DTSTART;TZID=America/New_York:20260304T200000',
        'DURATION:PT1H',
      ),
    ],
    gives: ['2026-03-03T02:00Z', '2026-03-04T02:00Z', '2026-03-05T01:00Z', '2026-03-06T01:00Z'],
  },
  {
    name: 'the first of them is named by its day and moves to another zone',
    ics: [
      ...evenings,
      ...event(
        'RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260304',
        'DTSTART;TZID=Europe/London:20260305T030000',
        'DURATION:PT1H',
      ),
    ],
    gives: ['2026-03-03T02:00Z', '2026-03-04T02:00Z', '2026-03-05T03:00Z', '2026-03-06T03:00Z'],
  },
];

describe('this and all later instances', () => {
  it.each(rows)('$name', checkRow);
});
