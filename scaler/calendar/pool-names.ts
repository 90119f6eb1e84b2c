// Which pool does a typed name mean? The exact name first, then without regard to case (phones capitalise); otherwise
// the names that it is close to, for "did you mean". Only exact and case-blind matches ever book something.
import { distance } from 'fastest-levenshtein';

export type PoolMatch =
  | { kind: 'pool'; name: string }
  /** Differs only in case from several pools. */
  | { kind: 'ambiguous'; names: string[] }
  /** No pool, but close to these. */
  | { kind: 'close'; names: string[] }
  | { kind: 'unknown' };

/** Longer than any pool name that a cluster accepts. */
const LONGEST_NAME = 80;

export function poolNames(pools: string[]): (typed: string) => PoolMatch {
  const exact = new Set(pools);
  const folded = Map.groupBy(pools, (name) => name.toLowerCase());
  const squeezed = pools.map((name) => ({ name, letters: squeeze(name) }));
  return (typed) => {
    if (exact.has(typed)) return { kind: 'pool', name: typed };
    const same = folded.get(typed.toLowerCase()) ?? [];
    if (same.length > 1) return { kind: 'ambiguous', names: same };
    if (same[0] !== undefined) return { kind: 'pool', name: same[0] };
    if (typed.length > LONGEST_NAME) return { kind: 'unknown' };
    const close = closest(squeeze(typed), squeezed);
    if (close.length > 0) return { kind: 'close', names: close };
    const words = typed.toLowerCase().split(/[^\p{L}\p{N}]+/u);
    const within = words.flatMap((word) => folded.get(word) ?? []);
    return within.length > 0 ? { kind: 'close', names: [...new Set(within)] } : { kind: 'unknown' };
  };
}

/** `Data 8` and `data-8` are spelled like `data8`. */
function squeeze(name: string): string {
  return name.toLowerCase().replace(/[\s._-]+/g, '');
}

function closest(letters: string, pools: { name: string; letters: string }[]): string[] {
  // One slip in a short name, two in a longer one; in one or two letters a slip makes another name.
  let nearest = letters.length <= 2 ? 0 : letters.length <= 4 ? 1 : 2;
  let names: string[] = [];
  for (const pool of pools) {
    if (Math.abs(pool.letters.length - letters.length) > nearest) continue;
    const slips = distance(letters, pool.letters);
    if (slips > nearest) continue;
    if (slips < nearest) names = [];
    nearest = slips;
    names.push(pool.name);
  }
  return names;
}
