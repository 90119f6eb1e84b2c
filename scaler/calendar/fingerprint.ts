// Whether two bodies of a feed say the same: sha256 over the bytes without DTSTAMP lines, because exporters write the
// time of the request there. Works on chunks as they arrive, so that a large feed never blocks the process; only a
// whole physical line is left out, so nothing that the reader could use is ever overlooked.
import { createHash } from 'node:crypto';

const NEEDLE = Buffer.from('\nDTSTAMP');
const LF = 10;
const CR = 13;
/** A DTSTAMP line is about 24 bytes; a longer one is hashed like any other. Also what must be kept back between chunks. */
const LONGEST_LINE = 64;

export interface Fingerprint {
  add(chunk: Uint8Array): void;
  /** Hex digest; call once, after the last chunk. */
  digest(): string;
}

export function startFingerprint(): Fingerprint {
  const hash = createHash('sha256');
  let rest: Buffer = Buffer.alloc(0);

  /** Hashes what is certain and returns where the uncertain tail begins. */
  const take = (bytes: Buffer, last: boolean): number => {
    let from = 0;
    for (;;) {
      const start = bytes.indexOf(NEEDLE, from);
      if (start < 0) break;
      const end = endOfLine(bytes, start + NEEDLE.length);
      if (end === undefined && !last && bytes.length - start <= LONGEST_LINE) {
        hash.update(bytes.subarray(from, start));
        return start;
      }
      const kept = end === undefined ? start + NEEDLE.length : start;
      hash.update(bytes.subarray(from, kept));
      from = end ?? kept;
    }
    const certain = last ? bytes.length : Math.max(from, bytes.length - (NEEDLE.length - 1));
    hash.update(bytes.subarray(from, certain));
    return certain;
  };

  return {
    add(chunk) {
      const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const bytes = rest.length === 0 ? arrived : Buffer.concat([rest, arrived]);
      rest = Buffer.from(bytes.subarray(take(bytes, false)));
    },
    digest() {
      take(rest, true);
      return hash.digest('hex');
    },
  };
}

/** Where the DTSTAMP line ends, when it does within its usual length and is one (`DTSTAMP:` or `DTSTAMP;`). */
function endOfLine(bytes: Buffer, from: number): number | undefined {
  const first = bytes[from];
  if (first !== 0x3a && first !== 0x3b) return undefined;
  const limit = Math.min(bytes.length, from + LONGEST_LINE - NEEDLE.length);
  for (let at = from; at < limit; at++) {
    if (bytes[at] === LF || bytes[at] === CR) return at;
  }
  return undefined;
}
