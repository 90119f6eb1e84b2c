// examples/calendars/radicale.ics is what a real Radicale serves for events that Thunderbird would write over CalDAV: the
// test makes them in one and compares. Another version may order or fold differently: then save what it serves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRadicale, PASSWORD, USER } from '../cluster/radicale.ts';
import { radicaleForTest } from '../tools/radicale.ts';
import { exampleBytes } from './read-example.ts';

const python = radicaleForTest();
const ZONE = ';TZID=America/Los_Angeles:';

const VTIMEZONE = [
  'BEGIN:VTIMEZONE',
  'TZID:America/Los_Angeles',
  'X-TZINFO:America/Los_Angeles[2026b]',
  'BEGIN:DAYLIGHT',
  'TZOFFSETTO:-070000',
  'TZOFFSETFROM:-080000',
  'TZNAME:America/Los_Angeles(DST)',
  'DTSTART:20070311T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETTO:-080000',
  'TZOFFSETFROM:-070000',
  'TZNAME:America/Los_Angeles(STD)',
  'DTSTART:20071104T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
];

interface Written {
  uid: string;
  title: string;
  start: string;
  end: string;
  more: string[];
}

/** In the order and with the properties of Thunderbird. */
function event({ uid, title, start, end, more }: Written): string[] {
  return [
    'BEGIN:VEVENT',
    'CREATED:20260928T181502Z',
    'LAST-MODIFIED:20261013T001240Z',
    'DTSTAMP:20261013T001240Z',
    `UID:${uid}`,
    `SUMMARY:${title}`,
    `DTSTART${start}`,
    `DTEND${end}`,
    'TRANSP:OPAQUE',
    'X-MOZ-GENERATION:2',
    ...more,
    'END:VEVENT',
  ];
}

const LECTURE = '3f0c5a52-7d1e-4b8a-9c64-2e81d7f0b935';
const EXAM_HTML = encodeURIComponent(
  '<body>Three rooms, everyone starts at the same minute.<ul><li>stat20: 4</li></ul></body>',
);
const EVENTS: Record<string, string[]> = {
  [LECTURE]: [
    ...VTIMEZONE,
    ...event({
      uid: LECTURE,
      title: 'Data 8 lecture',
      start: `${ZONE}20261013T100000`,
      end: `${ZONE}20261013T113000`,
      more: [
        'RRULE:FREQ=WEEKLY;UNTIL=20261208T180000Z',
        'EXDATE:20261124T180000Z',
        'LOCATION:Wheeler Hall 150',
        'DESCRIPTION:About 350 students open the notebook in the first two minutes.\\n\\ndata8: 3',
      ],
    }),
    ...event({
      uid: LECTURE,
      title: 'Data 8 lecture',
      start: `${ZONE}20261030T140000`,
      end: `${ZONE}20261030T153000`,
      more: [
        `RECURRENCE-ID${ZONE}20261103T100000`,
        'LOCATION:Zellerbach Hall',
        'DESCRIPTION:data8: 4\\nGuest lecture\\, both sections come.',
      ],
    }),
  ],
  'b7a1d3c4-0e5f-4862-a93b-6c1f8d20e7b4': [
    ...VTIMEZONE,
    ...event({
      uid: 'b7a1d3c4-0e5f-4862-a93b-6c1f8d20e7b4',
      title: 'Stat 20 midterm',
      start: `${ZONE}20261105T190000`,
      end: `${ZONE}20261105T210000`,
      more: [
        `DESCRIPTION;ALTREP="data:text/html,${EXAM_HTML}":Three rooms\\, everyone starts at the same minute.\\n  * stat20: 4`,
      ],
    }),
  ],
  '9d52e8f1-4c3a-47b6-8e07-a1b5f96c2d30': event({
    uid: '9d52e8f1-4c3a-47b6-8e07-a1b5f96c2d30',
    title: 'Data 100 project days',
    start: ';VALUE=DATE:20261111',
    end: ';VALUE=DATE:20261113',
    more: ['DESCRIPTION:data100: 1'],
  }),
  'e46b0f7c-8a29-4d15-b3c8-5f7e1a2d9064': [
    ...VTIMEZONE,
    ...event({
      uid: 'e46b0f7c-8a29-4d15-b3c8-5f7e1a2d9064',
      title: 'Data 8 office hours',
      start: `${ZONE}20261106T130000`,
      end: `${ZONE}20261106T150000`,
      more: ['DESCRIPTION:datta8: 2'],
    }),
  ],
};

test.skipIf(python === undefined)('radicale.ics is what Radicale serves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'radicale-'));
  const server = await openRadicale(python as string, folder);
  try {
    for (const [uid, lines] of Object.entries(EVENTS)) await server.put(uid, lines);
    const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
    const answer = await fetch(server.url, { headers: { authorization } });
    const served = await answer.text();
    expect(parts(exampleBytes('radicale.ics').toString('utf8'))).toEqual(parts(served));
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** What it consists of: its events come in the order of their files, and the version of its library may be another. */
function parts(text: string): string[] {
  const plain = text.replace(/^PRODID:.*\r\n/m, '');
  return plain
    .split(/(?=BEGIN:VEVENT|BEGIN:VTIMEZONE)/)
    .map((part) => part.replace('END:VCALENDAR\r\n', ''))
    .sort();
}
