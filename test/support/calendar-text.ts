// Calendars as text, for tests that are about fetching and keeping and not about reading.

/** A calendar of events that each last one hour; `at` is `20261123T100000Z`. */
export function calendarText(...events: { at: string; title?: string; description?: string }[]): string {
  const lines = events.flatMap(({ at, title = 'Class', description = '' }, index) => [
    'BEGIN:VEVENT',
    `UID:event-${index}@example.org`,
    'DTSTAMP:20261101T000000Z',
    `DTSTART:${at}`,
    'DURATION:PT1H',
    `SUMMARY:${title}`,
    `DESCRIPTION:${description}`,
    'END:VEVENT',
  ]);
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//example.org//test//EN',
    ...lines,
    'END:VCALENDAR',
    '',
  ];
  return text.join('\r\n');
}
