// Reads a watch as its events arrive.
import { setTimeout as giveUp } from 'node:timers/promises';

export interface WatchEvent {
  type: string;
  object: {
    metadata: { name?: string; resourceVersion?: string; annotations?: Record<string, string> };
    code?: number;
  };
}

export interface Watching {
  status: number;
  body?: { message?: string };
  /** The next `count` events; fails when the watch ends or stays silent for five seconds before that. */
  next(count: number): Promise<WatchEvent[]>;
  /** Resolves when the watch has ended, cleanly (`end`) or not (`broken`). */
  ended(): Promise<'end' | 'broken'>;
  close(): void;
}

export async function watch(url: string): Promise<Watching> {
  const closing = new AbortController();
  const response = await fetch(url, { signal: closing.signal });
  const { body } = response;
  if (response.status !== 200 || body === null) {
    return {
      status: response.status,
      body: (await response.json()) as { message?: string },
      next: () => Promise.reject(new Error('no watch')),
      ended: () => Promise.resolve('broken'),
      close() {},
    };
  }
  const queue: WatchEvent[] = [];
  let wake = () => {};
  const ended = (async () => {
    try {
      let rest = '';
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        queue.push(...lines.map((line) => JSON.parse(line)));
        wake();
      }
      return 'end' as const;
    } catch {
      return 'broken' as const;
    }
  })();
  return {
    status: 200,
    async next(count) {
      while (queue.length < count) {
        const silent = new AbortController();
        const more = new Promise<'more'>((resolve) => {
          wake = () => resolve('more');
        });
        const what = await Promise.race([
          more,
          ended,
          giveUp(5_000, 'silence' as const, { signal: silent.signal }),
        ]);
        silent.abort();
        if (what !== 'more' && queue.length < count) {
          throw new Error(`expected ${count} events, got ${JSON.stringify(queue)} and then ${what}`);
        }
      }
      return queue.splice(0, count);
    },
    ended: () => ended,
    close: () => closing.abort(),
  };
}
