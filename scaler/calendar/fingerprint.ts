// Whether two bodies of a feed say the same: sha256 over the bytes without DTSTAMP lines, because exporters write the
// time of the request there. Works on pieces as they arrive, so that a large feed never blocks the process; only a
// whole physical line of the usual length is left out, so nothing that the reader could use is ever overlooked.
import { createHash } from 'node:crypto';

const NEEDLE = Buffer.from('\nDTSTAMP');
const LF = 10;
const CR = 13;
/** A DTSTAMP line is about 24 bytes; a longer one is hashed like any other. */
const LONGEST_LINE = 64;

export interface Fingerprint {
  /**
   * Takes what is certain of these bytes and returns how many that are. The rest, at most 64 bytes, may be the beginning
   * of a line: it must come first in the next piece.
   */
  take(bytes: Uint8Array): number;
  /** Takes the last piece whole and ends; hex digest. */
  digest(bytes: Uint8Array): string;
}

export function startFingerprint(): Fingerprint {
  const hash = createHash('sha256');
  const take = (piece: Uint8Array, isLast: boolean): number => {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let from = 0;
    for (;;) {
      const start = bytes.indexOf(NEEDLE, from);
      if (start < 0) break;
      const end = endOfLine(bytes, start + NEEDLE.length);
      if (end === undefined && !isLast && bytes.length - start <= LONGEST_LINE) {
        hash.update(bytes.subarray(from, start));
        return start;
      }
      hash.update(bytes.subarray(from, end === undefined ? start + NEEDLE.length : start));
      from = end ?? start + NEEDLE.length;
    }
    const certain = isLast ? bytes.length : Math.max(from, bytes.length - (NEEDLE.length - 1));
    hash.update(bytes.subarray(from, certain));
    return certain;
  };
  return {
    take: (bytes) => take(bytes, false),
    digest(bytes) {
      take(bytes, true);
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
