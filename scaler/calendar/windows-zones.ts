// Names that Windows and Outlook give to time zones ("W. Europe Standard Time", "(UTC+01:00) Amsterdam, ...") and the
// IANA zones they mean. The names are node-ical's data file (from Unicode CLDR); the package does not export it, so it is
// read from beside the package's entry. The places that Windows shows today are ours.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PLACES } from './windows-places.ts';
import { zoneLabel } from './zone-label.ts';

/** IANA names for what Windows says, in any case; both tables are read at the first question. */
export interface WindowsZones {
  /** For the name of a zone, or a label as it stands in the table. */
  named(name: string): string | undefined;
  /** For what a label says after its offset. */
  placed(place: string): string | undefined;
}

export function windowsZones(): WindowsZones {
  let tables: { names: Map<string, string>; places: Map<string, string> } | undefined;
  return {
    named(name) {
      tables ??= readTables();
      return tables.names.get(name.toLowerCase());
    },
    placed(place) {
      tables ??= readTables();
      return tables.places.get(folded(place));
    },
  };
}

function readTables(): { names: Map<string, string>; places: Map<string, string> } {
  const file = join(dirname(createRequire(import.meta.url).resolve('node-ical')), 'windowsZones.json');
  const data = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { iana: string[] }>;
  const names = new Map<string, string>();
  const places = new Map<string, string>();
  for (const [name, { iana }] of Object.entries(data)) {
    const zone = iana[0] ?? 'UTC';
    names.set(name.toLowerCase(), zone);
    places.set(folded(name.startsWith('(') ? zoneLabel(name).place : name), zone);
  }
  // Today's meaning counts: Minsk once shared a zone with Chisinau.
  for (const [name, list] of Object.entries(PLACES)) {
    for (const place of list) places.set(folded(place), names.get(name.toLowerCase()) ?? 'UTC');
  }
  return { names, places };
}

/** Accents, "&" for "and", and how many blanks there are make no difference. */
function folded(place: string): string {
  return place
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\s*&\s*|\s+(?:and|und)\s+/g, ' & ')
    .replace(/\s+(?=:)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
