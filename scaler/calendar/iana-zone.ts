// Zones of the IANA database. luxon knows the offset of an instant, at several microseconds a question; a feed asks
// hundreds of thousands, so the answer is kept for stretches of four days, split where the offset changes within one.

import { IANAZone } from 'luxon';
import { DAY_MS, MINUTE_MS, type Zone } from './wall-time.ts';

const STRETCH_MS = 4 * DAY_MS;

interface Stretch {
  offset: number;
  /** The offset from here on, when it changes within the stretch. */
  changeMs: number;
  offsetAfter: number;
}

export const UTC: Zone = { name: 'UTC', offsetAt: () => 0 };

/** A zone with one offset for ever. */
export function fixedZone(name: string, offsetMs: number): Zone {
  return { name, offsetAt: () => offsetMs };
}

/** The IANA zone of that name, in whatever case it is written; nothing when there is none. */
export function ianaZone(name: string): Zone | undefined {
  // Offsets such as +05:30 are no names, though Intl takes them.
  if (!/^[a-z][a-z0-9_+/-]*$/i.test(name) || name.length > 64 || !IANAZone.isValidZone(name))
    return undefined;
  if (/^(utc|zulu|etc\/(utc|zulu|uct|universal)|uct|universal)$/i.test(name)) return UTC;
  const zone = IANAZone.create(spelling(name));
  return { name: zone.name, offsetAt: remembered((ms) => Math.round(zone.offset(ms) * MINUTE_MS)) };
}

/** Intl answers `europe/berlin` with the usual spelling, and links (Asia/Calcutta) with a name of its own choice. */
function spelling(name: string): string {
  const usual = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  return usual.toLowerCase() === name.toLowerCase() ? usual : name;
}

function remembered(offsetAt: (ms: number) => number): (ms: number) => number {
  const stretches = new Map<number, Stretch>();
  return (ms) => {
    const index = Math.floor(ms / STRETCH_MS);
    let stretch = stretches.get(index);
    if (stretch === undefined) {
      stretch = survey(offsetAt, index * STRETCH_MS);
      stretches.set(index, stretch);
    }
    return ms < stretch.changeMs ? stretch.offset : stretch.offsetAfter;
  };
}

/** Finds where, to the second, the offset changes within a stretch. */
function survey(offsetAt: (ms: number) => number, startMs: number): Stretch {
  const offset = offsetAt(startMs);
  const offsetAfter = offsetAt(startMs + STRETCH_MS);
  let [low, high] = [startMs, startMs + STRETCH_MS];
  if (offset === offsetAfter) return { offset, changeMs: high, offsetAfter };
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (offsetAt(middle) === offset) low = middle;
    else high = middle;
  }
  return { offset, changeMs: high, offsetAfter };
}
