// What is being waited for, on one line that is rewritten in place and gone in the end. On a terminal's stderr only, and
// only when the work takes longer than a moment: a pipe, a log file and TERM=dumb get nothing.
import type { Clock, Timer } from '../clock.ts';
import { fitted } from './width.ts';

export interface Progress {
  /** What is being done from now on; shown with the seconds that it has taken. */
  say(doing: string): void;
  /** `write` for what goes to the same terminal meanwhile: the line makes room, and comes back. */
  beside(write: (text: string) => unknown): (text: string) => void;
  /** Erases the line. What was written to the terminal meanwhile stays. */
  end(): void;
}

export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Nobody wants to see a line flash. */
const FIRST_AFTER_MS = 250;
const EVERY_MS = 1_000;
const ERASE = '\r\u001b[K';

export function progressOn(
  stream: ProgressStream,
  clock: Clock,
  { term = process.env.TERM }: { term?: string | undefined } = {},
): Progress {
  if (!stream.isTTY || term === 'dumb')
    return { say() {}, beside: (write) => (text) => void write(text), end() {} };
  let [doing, sinceMs] = ['', clock.monotonic()];
  let isShown = false;
  let timer: Timer | undefined;
  const draw = () => {
    const seconds = Math.floor((clock.monotonic() - sinceMs) / 1_000);
    const text = `${doing}${seconds > 0 ? `, ${seconds} s` : ''} ...`;
    // The last column stays free: some terminals go to the next line when it is written.
    stream.write(`${ERASE}${fitted(text, (stream.columns || 80) - 1)}`);
    isShown = true;
    timer = clock.after(EVERY_MS, draw);
  };
  return {
    say(next) {
      [doing, sinceMs] = [next, clock.monotonic()];
      if (isShown) {
        timer?.cancel();
        draw();
      } else timer ??= clock.after(FIRST_AFTER_MS, draw);
    },
    beside: (write) => (text) => {
      if (isShown) stream.write(ERASE);
      isShown = false;
      write(text);
    },
    end() {
      timer?.cancel();
      timer = undefined;
      if (isShown) stream.write(ERASE);
      isShown = false;
    },
  };
}
