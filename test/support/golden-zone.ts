// Zones that only the feed knows, as Outlook, Lotus and others write them.

type Part = [kind: string, start: string, from: string, to: string, ...more: string[]];

/** Lines of one VTIMEZONE. */
export function zone(tzid: string, ...parts: Part[]): string[] {
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${tzid}`,
    ...parts.flatMap(([kind, start, from, to, ...more]) => [
      `BEGIN:${kind}`,
      `DTSTART:${start}`,
      `TZOFFSETFROM:${from}`,
      `TZOFFSETTO:${to}`,
      ...more,
      `END:${kind}`,
    ]),
    'END:VTIMEZONE',
  ];
}

export const berlinSince1601: Part[] = [
  ['STANDARD', '16011028T030000', '+0200', '+0100', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10'],
  ['DAYLIGHT', '16010325T020000', '+0100', '+0200', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3'],
];
