// Chance that can be repeated: the same seed throws the same dice.

export interface Dice {
  /** A whole number, both ends included. */
  from(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** One to `most` different ones, in the order given. */
  some<T>(choices: readonly T[], most: number): T[];
}

/** Mulberry32. */
export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const from = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(choices: readonly T[]): T => choices[from(0, choices.length - 1)] as T;
  return {
    from,
    pick,
    chance: (share) => next() < share,
    some(choices, most) {
      const wanted = from(1, most);
      const kept = new Set<number>();
      while (kept.size < Math.min(wanted, choices.length)) kept.add(from(0, choices.length - 1));
      return choices.filter((_, index) => kept.has(index));
    },
  };
}
