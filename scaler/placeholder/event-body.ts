// An Event as the API server takes it (events.k8s.io/v1): about one Deployment, by one replica, with a note of 1 KiB at
// most, on one line. A title in it may be anybody's text.
import { randomBytes } from 'node:crypto';
import { type EventsV1Event, V1MicroTime } from '@kubernetes/client-node';
import type { PlaceholderEvent } from './events.ts';
import { FIELD_MANAGER } from './labels.ts';

/** The API server takes 1 KiB; with room for the dots. */
const LONGEST_NOTE_BYTES = 1_016;

export function eventBody(
  { deployment, type, reason, action, note }: PlaceholderEvent,
  from: { namespace: string; identity: string; nowMs: number },
): EventsV1Event & { metadata: { name: string } } {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    // events.k8s.io takes no generateName that ends in a dot; client-go makes its names the same way.
    metadata: { name: `${deployment.name}.${randomBytes(8).toString('hex')}`, namespace: from.namespace },
    eventTime: new V1MicroTime(from.nowMs),
    reportingController: FIELD_MANAGER,
    reportingInstance: from.identity,
    type,
    reason,
    action,
    note: shorten(note),
    regarding: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: from.namespace,
      name: deployment.name,
      ...(deployment.uid !== undefined && { uid: deployment.uid }),
    },
  };
}

/** `count` from 2 up. */
export function seriesBody(count: number, lastMs: number): Required<Pick<EventsV1Event, 'series'>> {
  return { series: { count, lastObservedTime: new V1MicroTime(lastMs) } };
}

function shorten(text: string): string {
  const note = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  if (Buffer.byteLength(note) <= LONGEST_NOTE_BYTES) return note;
  const room = new Uint8Array(LONGEST_NOTE_BYTES);
  const { read } = new TextEncoder().encodeInto(note, room);
  return `${note.slice(0, read)} ...`;
}
