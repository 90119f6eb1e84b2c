// Names that Windows and Outlook give to time zones ("W. Europe Standard Time", "(UTC+01:00) Amsterdam, ...") and the
// IANA zones they mean. The table is node-ical's data file (from Unicode CLDR); the package does not export it, so it is
// read from beside the package's entry.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Answers the IANA name for a Windows name in any case; the table is read at the first question. */
export function windowsZones(): (name: string) => string | undefined {
  let table: Map<string, string> | undefined;
  return (name) => {
    table ??= readTable();
    return table.get(name.toLowerCase());
  };
}

function readTable(): Map<string, string> {
  const file = join(dirname(createRequire(import.meta.url).resolve('node-ical')), 'windowsZones.json');
  const data = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { iana: string[] }>;
  return new Map(Object.entries(data).map(([name, zone]) => [name.toLowerCase(), zone.iana[0] ?? 'UTC']));
}
