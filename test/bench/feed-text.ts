// A large calendar as a university's would be, a year of it: 30 % weekly classes over 15 weeks, 5 % of all with a cancelled
// and a moved date, folded descriptions, one event in five with a booking. 50,000 events are about 44 MB.
const PROSE =
  'Section meets in the large hall. Bring a charged laptop\\, the room has few sockets. Notebooks are opened from the ' +
  'course page\\; late comers wait for a node. Questions go to the forum. ';

const two = (value: number) => String(value).padStart(2, '0');

/** Events begin in the 40 weeks before the Monday `week0Ms` and in the 12 weeks from it. */
export function feedText(events: number, week0Ms: number): string {
  const parts = [
    'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.edu//timetable//EN\r\nX-WR-TIMEZONE:Europe/Berlin\r\n',
  ];
  for (let index = 0; index < events; index++) parts.push(eventText(index, week0Ms));
  parts.push('END:VCALENDAR\r\n');
  return parts.join('');
}

function eventText(index: number, week0Ms: number): string {
  const weekly = index % 10 < 3;
  const changed = index % 20 === 0;
  const week = ((index * 7) % 52) - 40;
  const startMs = week0Ms + (week * 7 + (Math.floor(index / 5) % 5)) * 86_400_000;
  const hour = 8 + (Math.floor(index / 25) % 10);
  const minute = (Math.floor(index / 250) % 12) * 5;
  const at = (weeks: number, plus = 0) =>
    `${day(startMs + weeks * 7 * 86_400_000)}T${two(hour + plus)}${two(minute)}00`;
  const booking = index % 5 === 0 ? `pool${index % 20}: ${1 + (index % 4)}\\n` : '';
  const zone = ';TZID=Europe/Berlin';
  const head = (when: string, until: string, more: string[]) => [
    'BEGIN:VEVENT',
    `UID:${index}-timetable@example.edu`,
    'DTSTAMP:20261101T000000Z',
    `DTSTART${zone}:${when}`,
    `DTEND${zone}:${until}`,
    ...more,
    `SUMMARY:Course ${index} in section ${index % 40}`,
    fold(`DESCRIPTION:${booking}${PROSE.repeat(3)}`),
    `LOCATION:Hall ${index % 30}`,
    'STATUS:CONFIRMED',
    'SEQUENCE:1',
    'END:VEVENT',
  ];
  const rule = weekly ? ['RRULE:FREQ=WEEKLY;COUNT=15'] : [];
  const gone = changed ? [`EXDATE${zone}:${at(5)}`] : [];
  const lines = head(at(0), at(0, 1), [...rule, ...gone]);
  if (changed) lines.push(...head(at(6, 2), at(6, 3), [`RECURRENCE-ID${zone}:${at(6)}`]));
  return `${lines.join('\r\n')}\r\n`;
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '');
}

function fold(line: string): string {
  return line.replace(/(.{74})(?=.)/g, '$1\r\n ');
}
