// One use of one connection: reads the whole list and then its changes, or goes on from the last version.
//
//   version known                watch from it
//   version unknown              a watch that begins with the list ("WatchList", Kubernetes 1.32 and from 1.34)
//   ... refused (400, 422)       pages, then a watch from their version
//   ... or begun, never ended    the same, next time
import type { Clock } from '../clock.ts';
import { readRetryAfter } from './backoff.ts';
import type { Connection, KubeStream } from './connection.ts';
import { pagedList } from './paged-list.ts';
import { listenFor } from './silence.ts';
import type { Draft, EventType, Resource, Store } from './store.ts';
import { asStatus, isFromTheFuture, refusal, type Status, shorten, type WatchEnd } from './watch-end.ts';
import { lineDecoder } from './watch-lines.ts';

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
  /** Ends the connection in use, for good. */
  close(): void;
}

interface WatchEvent {
  type: EventType | 'BOOKMARK' | 'ERROR';
  object: Status & { metadata?: { resourceVersion?: string; annotations?: Record<string, string> } };
}

/** An answer that is no watch is read up to here, for the sentence in it. */
const LONGEST_REFUSAL_BYTES = 64 * 1024;

export function watcher<T>(options: WatcherOptions<T>): Watcher {
  const { connection, clock, resource, store } = options;
  const call = `GET ${resource.path}`;
  const pages = pagedList({ connection, resource, store, onPage: options.onBytes });
  /** Where to go on from; undefined: the whole list is needed. */
  let version: string | undefined;
  let usePages = false;
  let using = new AbortController();
  let closed = false;

  async function once(): Promise<WatchEnd> {
    using = new AbortController();
    if (closed) return { kind: 'asked' };
    const { signal } = using;
    try {
      if (version !== undefined) return await follow(signal, { resourceVersion: version });
      return await (usePages ? readPages(signal) : readWatchList(signal));
    } catch (error) {
      if (signal.aborted) return signal.reason as WatchEnd;
      const { message } = error as Error;
      return {
        kind: 'unreachable',
        text: shorten(message.startsWith(call) ? message : `${call}: ${message}`),
      };
    }
  }

  async function readWatchList(signal: AbortSignal): Promise<WatchEnd> {
    const from = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
    const end = await follow(signal, from, store.draft());
    if (end.kind !== 'refused' || (end.status !== 400 && end.status !== 422)) return end;
    usePages = true;
    return readPages(signal);
  }

  async function readPages(signal: AbortSignal): Promise<WatchEnd> {
    const read = await pages.read(signal);
    if ('answer' in read) return refused(read.answer.status, read.answer.headers, asStatus(read.answer.body));
    usePages = false;
    version = read.version;
    options.onComplete();
    return follow(signal, { resourceVersion: version });
  }

  async function follow(
    signal: AbortSignal,
    from: Record<string, string | boolean>,
    draft?: Draft<T>,
  ): Promise<WatchEnd> {
    const timeoutSeconds = 300 + Math.floor(options.random() * 301);
    const query = { ...resource.query, watch: true, allowWatchBookmarks: true, timeoutSeconds, ...from };
    const controller = using;
    const text = `${call}: silent for ${options.silenceMs / 1000} s`;
    const silence = listenFor(clock, options.silenceMs, () => controller.abort({ kind: 'silent', text }));
    try {
      const stream = await connection.stream({ method: 'GET', path: resource.path, query, signal });
      if (stream.status !== 200)
        return refused(stream.status, stream.headers, asStatus(await beginning(stream)));
      silence.heard();
      // Until the list has ended: a server or a proxy that never lets it end is not asked for one again.
      usePages = draft !== undefined;
      options.onOpen();
      return await readEvents(stream, signal, silence.heard, draft);
    } finally {
      silence.stop();
    }
  }

  async function readEvents(
    stream: KubeStream,
    signal: AbortSignal,
    heard: () => void,
    list: Draft<T> | undefined,
  ): Promise<WatchEnd> {
    const decode = lineDecoder();
    let draft = list;
    let end: WatchEnd | undefined;
    const take = (line: string) => {
      if (end !== undefined) return;
      const { type, object } = JSON.parse(line) as WatchEvent;
      if (type === 'ERROR') end = refused(object.code ?? 500, {}, object);
      else if (type !== 'BOOKMARK') (draft ?? store).apply(type, object as T);
      else if (
        object.metadata?.annotations?.['k8s.io/initial-events-end'] === 'true' &&
        draft !== undefined
      ) {
        draft.commit();
        draft = undefined;
        usePages = false;
        version = object.metadata.resourceVersion ?? '';
        options.onComplete();
      }
      if (draft === undefined && end === undefined) version = object.metadata?.resourceVersion ?? version;
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
    const unusable = status === 410 || isFromTheFuture(said);
    // With 400 too: a version that the server does not understand would be refused for ever.
    if (unusable || status === 400) version = undefined;
    if (unusable) return { kind: 'expired' };
    const retryAfterMs = readRetryAfter(headers['retry-after'], clock.now());
    const text = refusal(call, status, said);
    return { kind: 'refused', status, text, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  return {
    once,
    mustReadAll: () => version === undefined,
    readAll() {
      version = undefined;
      pages.forget();
      using.abort({ kind: 'asked' });
    },
    close() {
      closed = true;
      using.abort({ kind: 'asked' });
    },
  };
}

async function beginning({ body }: KubeStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LONGEST_REFUSAL_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
