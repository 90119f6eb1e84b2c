// The body of a feed as it arrives: copied into slabs of one mebibyte (never one large copy, which would block the
// process), counted against the size limit and fingerprinted on the way. Slabs can be handed to a worker without copying.
import { type Fingerprint, startFingerprint } from './fingerprint.ts';

const SLAB_BYTES = 1024 * 1024;

export interface FeedBody {
  slabs: Uint8Array<ArrayBuffer>[];
  bytes: number;
  /** sha256 without DTSTAMP lines, hex. */
  hash: string;
  /** As the server said it; the charset in it counts when there is no byte order mark. */
  contentType?: string;
}

export class BodyTooLarge extends Error {
  readonly limitBytes: number;
  constructor(limitBytes: number) {
    super(`the calendar is larger than ${limitBytes} bytes`);
    this.name = 'BodyTooLarge';
    this.limitBytes = limitBytes;
  }
}

export interface BodyCollector {
  /** Throws BodyTooLarge as soon as the limit is passed. */
  add(chunk: Uint8Array): void;
  finish(contentType?: string): FeedBody;
}

export function collectBody(limitBytes: number): BodyCollector {
  const slabs: Uint8Array<ArrayBuffer>[] = [];
  const fingerprint: Fingerprint = startFingerprint();
  let bytes = 0;
  let used = 0;
  let current = new Uint8Array(SLAB_BYTES);
  /** A slab ends where the fingerprint is certain; the few bytes behind it begin the next one. */
  const roll = () => {
    const certain = fingerprint.take(current);
    const next = new Uint8Array(SLAB_BYTES);
    next.set(current.subarray(certain));
    slabs.push(current.subarray(0, certain));
    used = SLAB_BYTES - certain;
    current = next;
  };
  return {
    add(chunk) {
      bytes += chunk.byteLength;
      if (bytes > limitBytes) throw new BodyTooLarge(limitBytes);
      for (let from = 0; from < chunk.byteLength; ) {
        const part = chunk.subarray(from, from + SLAB_BYTES - used);
        current.set(part, used);
        used += part.byteLength;
        from += part.byteLength;
        if (used === SLAB_BYTES) roll();
      }
    },
    finish(contentType) {
      const last = current.slice(0, used);
      const hash = fingerprint.digest(last);
      const all = used === 0 ? slabs : [...slabs, last];
      return { slabs: all, bytes, hash, ...(contentType === undefined ? {} : { contentType }) };
    },
  };
}

/** A copy that can be handed away while the original is kept. */
export function copyOfSlabs(slabs: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>[] {
  return slabs.map((slab) => slab.slice());
}

/** One array again, in the worker. */
export function joinSlabs(slabs: Uint8Array[]): Uint8Array {
  const [only] = slabs;
  return slabs.length === 1 && only !== undefined ? only : Buffer.concat(slabs);
}
