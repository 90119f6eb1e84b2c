// One body becomes a copy that may come into force: for how long ahead it is read, and what is remembered with it. A
// body that was refused lately is not read again as long as it and the settings stay the same.
import { copyOfSlabs, type FeedBody } from './body.ts';
import type { Expand, WindowSettings } from './expand.ts';
import type { KnownCopy } from './feed.ts';
import { HORIZON_MS, keptBody, LOOK_BACK_MS, settingsHash } from './feed-memory.ts';
import type { FeedMemory, Outcome } from './feed-outcome.ts';

export interface ReadBodyOptions {
  settings: WindowSettings;
  addressHash: string;
  refused: FeedMemory['refused'];
  nowMs: number;
  expand: Expand;
  signal: AbortSignal;
}

export async function readBody(
  body: FeedBody,
  { etag, lastModified }: KnownCopy,
  options: ReadBodyOptions,
): Promise<Outcome> {
  const { settings, addressHash, refused, nowMs } = options;
  const made = { bodyHash: body.hash, settingsHash: settingsHash(settings) };
  const wasRefused = refused?.bodyHash === made.bodyHash && refused.settingsHash === made.settingsHash;
  if (wasRefused && nowMs < refused.untilMs) return { kind: 'refused', ...refused.failure, ...made };

  const kept = keptBody(body);
  const horizonEndMs = nowMs + HORIZON_MS;
  const longest = (times: number[]) => Math.max(0, ...times);
  const answer = await options.expand(
    {
      slabs: kept === undefined ? body.slabs : copyOfSlabs(body.slabs),
      contentType: body.contentType,
      // An event that is over may still hold its nodes; one beyond the horizon may already warm them.
      fromMs: nowMs - LOOK_BACK_MS - longest(settings.pools.map(({ holdTimeMs }) => holdTimeMs)),
      toMs: horizonEndMs + longest(settings.pools.map(({ leadTimeMs }) => leadTimeMs)),
      nowMs,
      settings,
    },
    options.signal,
  );
  if (answer.kind === 'refused') return { ...answer, ...made };
  const { windows, problems, bookings, events } = answer;
  const read = { windows, problems, bookings, events, horizonEndMs, lastSuccessMs: nowMs };
  return { kind: 'read', copy: { ...read, ...made, etag, lastModified, addressHash, body: kept } };
}
