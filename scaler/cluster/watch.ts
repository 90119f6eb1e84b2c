// One use of one connection: reads the whole list and then its changes (a watch that begins with the list, "WatchList",
// where the server has it; pages of 250 and then a watch where it has not), or goes on from the last version.
// A list is gathered beside the live store and takes its place only when it is complete.
import type { Clock, Timer } from '../clock.ts';
import { readRetryAfter } from './backoff.ts';
import type { Connection, KubeStream } from './connection.ts';
import { asStatus, isFromTheFuture, refusal, type Status, type WatchEnd } from './watch-end.ts';
import { lineDecoder } from './watch-lines.ts';

export interface Resource {
  name: 'nodes' | 'pods' | 'deployments';
  path: string;
  query?: Record<string, string>;
}

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface Store<T> {
  apply(type: EventType, object: T): void;
  /** An empty copy beside the live one, filled by `apply` and put in its place by `commit`. */
  draft(): Draft<T>;
}

export interface Draft<T> {
  apply(type: EventType, object: T): void;
  commit(): void;
}

export interface WatcherOptions<T> {
  connection: Pick<Connection, 'request' | 'stream'>;
  clock: Clock;
  resource: Resource;
  store: Store<T>;
  silenceMs: number;
  random: () => number;
  /** A watch was accepted. */
  onOpen(): void;
  /** Something came. */
  onBytes(): void;
  /** The whole list is in the store. */
  onComplete(): void;
}

export interface Watcher {
  /** Uses one connection until it ends; never throws. */
  once(): Promise<WatchEnd>;
  /** Nothing to go on from: the next connection reads the whole list. */
  mustReadAll(): boolean;
  /** Ends the connection in use; the next one reads the whole list. */
  readAll(): void;
  /** Ends the connection in use. */
  close(): void;
}

const PAGE = 50;
const PAGE_TIMEOUT_MS = 30_000;
const LONGEST_REFUSAL_BYTES = 64 * 1024;

interface Listed {
  metadata?: { resourceVersion?: string; continue?: string };
  items?: unknown[];
}

interface WatchEvent {
  type: EventType | 'BOOKMARK' | 'ERROR';
  object: Status & { metadata?: { resourceVersion?: string; annotations?: Record<string, string> } };
}

export function watcher<T>(options: WatcherOptions<T>): Watcher {
  const { connection, clock, resource, store } = options;
  const call = `GET ${resource.path}`;
  /** Where to go on from; undefined: the whole list is needed. */
  let version: string | undefined;
  /** The server has no WatchList, or did not finish one: pages this time. */
  let paged = false;
  /** Pages already read of a list that an error interrupted. */
  let pages: { draft: Draft<T>; next: string } | undefined;
  let using = new AbortController();
  let closed = false;

  async function once(): Promise<WatchEnd> {
    using = new AbortController();
    if (closed) return { kind: 'asked' };
    const { signal } = using;
    try {
      if (version !== undefined) return await follow(signal, { resourceVersion: version });
      if (paged) return (await readPages(signal)) ?? { kind: 'ended' };
      return await readAndFollow(signal);
    } catch (error) {
      if (signal.aborted) return signal.reason as WatchEnd;
      return { kind: 'unreachable', text: withCall(error) };
    }
  }

  /** Errors of the connection name the call themselves; those of an answer that makes no sense do not. */
  function withCall(error: unknown): string {
    const { message } = error as Error;
    return message.startsWith(call) ? message : `${call}: ${message}`;
  }

  async function readAndFollow(signal: AbortSignal): Promise<WatchEnd> {
    const draft = store.draft();
    let began = false;
    const end = await follow(
      signal,
      { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' },
      draft,
      () => {
        began = true;
      },
    );
    if (version !== undefined || end.kind === 'asked') return end;
    const unknown = end.kind === 'refused' && (end.status === 400 || end.status === 422);
    // Also when it began and was never finished: a server or a proxy that cannot do it must not keep us waiting.
    paged = unknown || began;
    return unknown ? once() : end;
  }

  async function readPages(signal: AbortSignal): Promise<WatchEnd | undefined> {
    pages ??= { draft: store.draft(), next: '' };
    for (;;) {
      const query = { ...resource.query, limit: PAGE, ...(pages.next && { continue: pages.next }) };
      const request = {
        method: 'GET' as const,
        path: resource.path,
        query,
        signal,
        timeoutMs: PAGE_TIMEOUT_MS,
      };
      const { status, headers, body } = await connection.request(request);
      if (status !== 200) {
        const end = refused(status, headers, asStatus(body));
        if (end.kind === 'expired' || (status >= 400 && status < 500 && status !== 429)) pages = undefined;
        return end;
      }
      options.onBytes();
      const { items, metadata } = body as Listed;
      if (!Array.isArray(items)) throw new Error('expected a list, got something else');
      for (const item of items) pages.draft.apply('ADDED', item as T);
      if (metadata?.continue) {
        pages.next = metadata.continue;
        continue;
      }
      pages.draft.commit();
      pages = undefined;
      paged = false;
      version = metadata?.resourceVersion ?? '';
      options.onComplete();
      return follow(signal, { resourceVersion: version });
    }
  }

  async function follow(
    signal: AbortSignal,
    from: Record<string, string | boolean>,
    draft?: Draft<T>,
    onOpen = () => {},
  ): Promise<WatchEnd> {
    const timeoutSeconds = 300 + Math.floor(options.random() * 301);
    const query = { ...resource.query, watch: true, allowWatchBookmarks: true, timeoutSeconds, ...from };
    const silence = watchSilence();
    try {
      const stream = await connection.stream({ method: 'GET', path: resource.path, query, signal });
      if (stream.status !== 200)
        return refused(stream.status, stream.headers, asStatus(await shortText(stream)));
      silence.heard();
      onOpen();
      options.onOpen();
      return await readStream(stream, signal, silence.heard, draft);
    } catch (error) {
      return signal.aborted ? (signal.reason as WatchEnd) : { kind: 'unreachable', text: withCall(error) };
    } finally {
      silence.stop();
    }
  }

  async function readStream(
    stream: KubeStream,
    signal: AbortSignal,
    heard: () => void,
    draft?: Draft<T>,
  ): Promise<WatchEnd> {
    const decode = lineDecoder();
    let gathering = draft;
    let end: WatchEnd | undefined;
    const take = (line: string) => {
      if (end !== undefined) return;
      const { type, object } = JSON.parse(line) as WatchEvent;
      if (type === 'ERROR') {
        end = refused(object.code ?? 500, {}, object);
        return;
      }
      if (type !== 'BOOKMARK') (gathering ?? store).apply(type, object as T);
      else if (
        gathering !== undefined &&
        object.metadata?.annotations?.['k8s.io/initial-events-end'] === 'true'
      ) {
        gathering.commit();
        gathering = undefined;
        version = object.metadata.resourceVersion;
        options.onComplete();
      }
      if (gathering === undefined) version = object.metadata?.resourceVersion ?? version;
    };
    for await (const chunk of stream.body) {
      signal.throwIfAborted();
      heard();
      decode(chunk, take);
      // Leaving the loop closes the connection.
      if (end !== undefined) return end;
      options.onBytes();
    }
    return { kind: 'ended' };
  }

  function refused(status: number, headers: Record<string, string>, said: Status): WatchEnd {
    if (status === 410 || isFromTheFuture(said)) {
      version = undefined;
      return { kind: 'expired' };
    }
    // A version that the server does not understand would be refused for ever.
    if (status === 400) version = undefined;
    const retryAfterMs = readRetryAfter(headers['retry-after'], clock.now());
    const text = refusal(call, status, said);
    return { kind: 'refused', status, text, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  /** Aborts the connection when `heard` was not called for silenceMs. One timer, not one per chunk. */
  function watchSilence() {
    const controller = using;
    let last = clock.monotonic();
    let timer: Timer;
    const check = () => {
      const left = last + options.silenceMs - clock.monotonic();
      if (left > 0) timer = clock.after(left, check);
      else controller.abort({ kind: 'silent', text: `${call}: silent for ${options.silenceMs / 1000} s` });
    };
    timer = clock.after(options.silenceMs, check);
    return {
      heard() {
        last = clock.monotonic();
      },
      stop: () => timer.cancel(),
    };
  }

  return {
    once,
    mustReadAll: () => version === undefined,
    readAll() {
      version = undefined;
      pages = undefined;
      using.abort({ kind: 'asked' });
    },
    close() {
      closed = true;
      using.abort({ kind: 'asked' });
    },
  };
}

async function shortText({ body }: KubeStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LONGEST_REFUSAL_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
