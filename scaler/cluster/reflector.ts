// Keeps a store equal to one list of the API server: reads all of it, then follows its changes for ever. How one
// connection is used is in watch.ts; here is what follows from how it ended.
//
//   ended            at its own timeoutSeconds      open again at once, from the last version
//   expired (410)    changes were missed            read all again beside the old, swap when complete
//   silent           no byte for 90 s               read all again; stale when that is not done in 5 s
//   refused          401, 403, 429, 5xx, ERROR      wait (backoff.ts), then go on; stale meanwhile
//   unreachable      network, timeout               the same
//
// The store is never emptied: while nothing better is known it keeps what it had, and `broken` says since when. A process
// that was stopped or suspended wakes before its timers and sockets tell what it missed: `broken` counts that, too.
import type { Clock, Timer } from '../clock.ts';
import type { Logger } from '../log.ts';
import { delayAfter } from './backoff.ts';
import type { Connection } from './connection.ts';
import { openLastWhole } from './last-whole.ts';
import type { Resource, Store } from './store.ts';
import { watcher } from './watch.ts';
import { RESTARTS, type Restart, type WatchEnd } from './watch-end.ts';

export interface ReflectorOptions<T> {
  connection: Pick<Connection, 'request' | 'stream'>;
  clock: Clock;
  log: Pick<Logger, 'debug' | 'info' | 'warn'>;
  resource: Resource;
  store: Store<T>;
  /** A watch without a byte for this long is read anew (a server sends a bookmark every minute); default 90 s. */
  silenceMs?: number;
  /** Gives 0 <= x < 1; default Math.random. */
  random?: () => number;
  /** `synced` or `broken` changed. */
  onState?: () => void;
}

/** Since when what the store holds may be old, and the call and status that fail. */
export interface Broken {
  sinceMs: number;
  why: string;
}

export interface ReflectorState {
  synced: boolean;
  broken?: Broken;
  lastHeardMs?: number;
  restarts: Readonly<Record<Restart, number>>;
}

export interface Reflector {
  /** As of now: `broken` also when the watch was heard too long ago and no timer has noticed it yet. */
  state(): Readonly<ReflectorState>;
  /** Reads everything again: what the store keeps of an object has changed. Stale until that is done. */
  readAgain(why: string): void;
  stop(): Promise<void>;
}

/** A watch that ends sooner than this is not opened again at once: the server would be asked in a tight loop. */
const SHORT_MS = 1_000;

/**
 * How long a silent server may take for the whole list before it is doubted. Silence alone proves nothing: an API server
 * sends no bookmark of a kind that did not change since the server's own start (k8s.io/apiserver, cacher.go).
 */
const ANSWER_MS = 5_000;

const isForbidden = (end: WatchEnd): boolean => end.kind === 'refused' && end.status === 403;

export function startReflector<T>(options: ReflectorOptions<T>): Reflector {
  const { clock, resource, random = Math.random } = options;
  const { log, silenceMs = 90_000 } = options;
  const lastWhole = openLastWhole(clock);
  const state: ReflectorState & { restarts: Record<Restart, number> } = {
    synced: false,
    restarts: Object.fromEntries(RESTARTS.map((restart) => [restart, 0])) as Record<Restart, number>,
  };
  let stopped = false;
  /** Calls in a row that failed, or watches that ended as soon as they were opened. */
  let attempt = 0;
  /** 403s in a row: a server that was away and now says 403 may only be starting. */
  let forbidden = 0;
  /** 410s in a row. */
  let expired = 0;
  let opened = false;
  /** Runs from a silence until the list is read again. */
  let doubt: Timer | undefined;
  /** The log speaks of the end of what it spoke of. */
  let warned = false;
  let wake: (() => void) | undefined;

  const watch = watcher<T>({
    ...options,
    random,
    silenceMs,
    onOpen() {
      opened = true;
      heard(!watch.mustReadAll());
    },
    onBytes: () => heard(!watch.mustReadAll()),
    onComplete() {
      const first = !state.synced;
      state.synced = true;
      heard(true);
      if (first) options.onState?.();
    },
  });

  function heard(mended: boolean): void {
    state.lastHeardMs = clock.now();
    if (!mended) return;
    const wasUnheard = isUnheard();
    lastWhole.isWhole();
    doubt?.cancel();
    if (state.broken === undefined) {
      if (wasUnheard) options.onState?.();
      return;
    }
    log[warned ? 'info' : 'debug']({ resource: resource.name, why: state.broken.why }, 'watching again');
    warned = false;
    state.broken = undefined;
    options.onState?.();
  }

  function broke(why: string, sinceMs = clock.now()): void {
    doubt?.cancel();
    if (state.broken?.why === why) return;
    state.broken = { sinceMs: state.broken?.sinceMs ?? sinceMs, why };
    options.onState?.();
  }

  /** Says it once, not at every try. */
  function brokeLoudly(sentence: string, why: string, sinceMs?: number): void {
    if (state.broken?.why !== why) log.warn({ resource: resource.name, why }, sentence);
    warned = true;
    broke(why, sinceMs);
  }

  const isUnheard = () => state.synced && lastWhole.agoMs() > silenceMs + ANSWER_MS;

  function now(): Readonly<ReflectorState> {
    if (state.broken !== undefined || !isUnheard()) return state;
    const why = `GET ${resource.path}: silent for ${silenceMs / 1000} s`;
    return { ...state, broken: { sinceMs: clock.now() - lastWhole.agoMs(), why } };
  }

  function fellSilent(why: string): void {
    const sinceMs = state.lastHeardMs;
    const say = () => brokeLoudly('watch is silent', why, sinceMs);
    // Silent while the list was asked for: that is an answer too.
    if (watch.mustReadAll()) say();
    else doubt = clock.after(ANSWER_MS, say);
    watch.readAll();
  }

  /** How long to wait before the next connection. */
  function after(end: WatchEnd, lastedMs: number): number {
    state.restarts[end.kind]++;
    log.debug({ resource: resource.name, end }, 'watch ended');
    if (opened && lastedMs > SHORT_MS) attempt = 0;
    forbidden = isForbidden(end) ? forbidden + 1 : 0;
    expired = end.kind === 'expired' ? expired + 1 : 0;
    switch (end.kind) {
      case 'ended':
        return lastedMs > SHORT_MS ? 0 : delayAfter({ attempt: ++attempt }, random);
      case 'asked':
        return 0;
      case 'expired':
        broke(`GET ${resource.path}: 410 Gone, reading the list again`);
        // At once the first time, whatever failed before: a server that answers so is there.
        return expired > 1 ? delayAfter({ attempt: ++attempt }, random) : 0;
      case 'silent':
        fellSilent(end.text);
        return 0;
      case 'refused':
      case 'unreachable':
        brokeLoudly('cannot watch', end.text);
        attempt++;
        return delayAfter({ ...end, attempt: isForbidden(end) ? forbidden : attempt }, random);
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const began = clock.monotonic();
      opened = false;
      const end = await watch.once();
      if (stopped) return;
      await pause(after(end, clock.monotonic() - began));
    }
  }

  function pause(delayMs: number): Promise<void> {
    if (delayMs === 0 || stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer: Timer = clock.after(delayMs, resolve);
      wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  const running = run();
  return {
    state: now,
    readAgain(why) {
      if (state.synced) broke(why);
      watch.readAll();
      wake?.();
    },
    async stop() {
      stopped = true;
      doubt?.cancel();
      watch.close();
      wake?.();
      await running;
    },
  };
}
