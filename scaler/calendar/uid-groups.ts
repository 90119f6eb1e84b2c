// Events that belong together: a series and the events that replace its instances share a UID (RFC 5545 3.8.4.7).

import type { RawEvent } from './components.ts';
import { type EventReader, plainText } from './event-fields.ts';

/** Events of one UID together, in the order of the feed; those without a UID each alone. */
export function groupsByUid(events: RawEvent[], reader: EventReader): Iterable<RawEvent[]> {
  const groups = new Map<string, RawEvent[]>();
  for (const [index, event] of events.entries()) {
    const uid = uidOf(event, reader);
    const key = uid === '' ? `\n${index}` : uid;
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return groups.values();
}

function uidOf(event: RawEvent, reader: EventReader): string {
  const line = event.lines.find(({ name }) => name === 'UID');
  if (!line) return '';
  if (reader.bytes.charCodeAt(line.start + 3) === 58) {
    // The usual UID, on one line in plain letters, needs no decoding.
    const value = reader.bytes.slice(line.start + 4, line.end);
    if (/^[\x20-\x5b\x5d-\x7e]*$/.test(value)) return value.trim();
  }
  return plainText(event, 'UID', reader).trim();
}
