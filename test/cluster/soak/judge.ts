// What a count may do while everything around it breaks: judged from what is booked and when, nothing else.

/** From when on how many are booked; the last one before an instant holds there. */
export type Booked = { fromMs: number; count: number }[];

/** Clocks, timers and the way of an event through the API server. */
const LEEWAY_MS = 2_000;

/** Counts that are booked at any time in a span. */
export function bookedWithin(booked: Booked, fromMs: number, toMs: number): number[] {
  const inForce = booked.filter(({ fromMs: begins }) => begins <= fromMs).slice(-1);
  const beginning = booked.filter(({ fromMs: begins }) => begins > fromMs && begins <= toMs);
  return [...inForce, ...beginning].map(({ count }) => count);
}

/**
 * What is wrong with a Deployment's going from one count to another at an instant. It may lag behind what is booked as
 * long as a fault lasts; it may never be changed to less or more than what is booked then.
 */
export function wrongChange(
  change: { from: number; to: number; atMs: number },
  booked: Booked,
): string | undefined {
  const { from, to, atMs } = change;
  const allowed = bookedWithin(booked, atMs - LEEWAY_MS, atMs + LEEWAY_MS);
  if (to < from && to < Math.min(...allowed)) {
    return `wrong scale-down: ${from} -> ${to} while ${Math.min(...allowed)} are booked`;
  }
  if (to > from && to > Math.max(...allowed)) {
    return `wrong scale-up: ${from} -> ${to} while ${Math.max(...allowed)} are booked`;
  }
  return undefined;
}

export interface MemorySample {
  atMs: number;
  mib: number;
}

/** A process's first minute is not growth: code is compiled, buffers are made. */
const WARM_UP_MS = 60_000;

/** How much more memory a process has at its end than after its first minute, by medians of five samples. */
export function growth(samples: MemorySample[]): number {
  const first = samples[0]?.atMs ?? 0;
  const grown = samples.filter(({ atMs }) => atMs - first >= WARM_UP_MS).map(({ mib }) => mib);
  if (grown.length < 10) return 0;
  return median(grown.slice(-5)) - median(grown.slice(0, 5));
}

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
