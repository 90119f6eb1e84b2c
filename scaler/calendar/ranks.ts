// Which of the things that are going on right now ranks first? A set of small whole numbers (ranks) with a fast "lowest
// one": bits in words of 32, and above each level another level of bits that says which words are not empty. Adding,
// removing and finding the lowest cost one step per level, however many are in it: a feed full of overlapping events
// must not make the sweep in schedule.ts slow.

export class RankSet {
  readonly #levels: Uint32Array[] = [];

  /** Holds ranks from 0 to size - 1. */
  constructor(size: number) {
    for (let words = Math.max(size, 1); words > 1 || this.#levels.length === 0; ) {
      words = Math.ceil(words / 32);
      this.#levels.push(new Uint32Array(words));
    }
  }

  add(rank: number): void {
    let index = rank;
    for (const level of this.#levels) {
      const word = index >>> 5;
      level[word] = (level[word] ?? 0) | (1 << (index & 31));
      index = word;
    }
  }

  delete(rank: number): void {
    let index = rank;
    for (const level of this.#levels) {
      const word = index >>> 5;
      level[word] = (level[word] ?? 0) & ~(1 << (index & 31));
      if (level[word] !== 0) return;
      index = word;
    }
  }

  /** The lowest ranks, at most `most`, ascending. */
  lowest(most: number): number[] {
    const found: number[] = [];
    for (let rank = this.#first(); rank !== undefined && found.length < most; rank = this.#first()) {
      found.push(rank);
      this.delete(rank);
    }
    for (const rank of found) this.add(rank);
    return found;
  }

  #first(): number | undefined {
    if (this.#levels.at(-1)?.[0] === 0) return undefined;
    let index = 0;
    for (let depth = this.#levels.length - 1; depth >= 0; depth -= 1) {
      const bits = this.#levels[depth]?.[index] ?? 0;
      index = index * 32 + 31 - Math.clz32(bits & -bits);
    }
    return index;
  }
}
