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
  /** What is hashed of a piece, put together first: one call of the hash for a piece, not one for every event. */
  let kept = Buffer.alloc(0);
  const take = (piece: Uint8Array, isLast: boolean): number => {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (kept.length < bytes.length) kept = Buffer.allocUnsafe(bytes.length);
    let used = 0;
    let from = 0;
    const keepUpTo = (to: number) => {
      used += bytes.copy(kept, used, from, to);
      from = to;
    };
    let certain: number | undefined;
    for (;;) {
      const start = bytes.indexOf(NEEDLE, from);
      if (start < 0) break;
      const end = endOfLine(bytes, start + NEEDLE.length);
      if (end === undefined && !isLast && bytes.length - start <= LONGEST_LINE) {
        certain = start;
        break;
      }
      keepUpTo(end === undefined ? start + NEEDLE.length : start);
      from = end ?? from;
    }
    certain ??= isLast ? bytes.length : Math.max(from, bytes.length - (NEEDLE.length - 1));
    keepUpTo(certain);
    hash.update(kept.subarray(0, used));
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
