// What is remembered of one feed, and what that makes of it. A feed is one of
//
//   unread   not tried to the end since start (what a restart remembered may be in force)
//   failed   tried, and nothing to go by
//   good     the last try worked
//   stale    the last try failed or was held back; the last good schedule is in force
//   expired  the same, and the last good schedule is older than feedMaxAge, or its horizon is over: it was dropped
//
// A pool whose feed has expired is back at its baseline: it counts as read. A pool whose feed was never read is not.
// A copy that was taken up from elsewhere, or made with other settings, may lack the last change: it is no more than
// remembered until a try works, for a quarter of an hour at most.
import { createHash } from 'node:crypto';
import type { FeedConfig } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import { feedAddress } from './address.ts';
import type { FeedBody } from './body.ts';
import type { WindowSettings } from './expand.ts';
import type { CalendarKnowledge, FeedState } from './feeds.ts';
import type { SavedFeed } from './saved-feed.ts';
import type { BookedBy, FeedWindows } from './schedule.ts';

/** Windows reach this far ahead when they are made. */
export const HORIZON_MS = 14 * 86_400_000;
/** They are made again, from the same body, when less than this is left: about once a day. */
export const HORIZON_LEFT_MS = 13 * 86_400_000;
/** And begin this long before now, so that what was booked today can be shown. */
export const LOOK_BACK_MS = 86_400_000;
/** So long an earlier copy lowers nothing; a longer outage must not keep the nodes of bookings that are over. */
export const REMEMBERED_FOR_MS = 900_000;
/** Larger bodies are not kept for the next horizon or other settings: they are fetched again. */
const LARGEST_KEPT_BODY = 4 * 1024 * 1024;

/** The last good copy. */
export interface GoodCopy {
  windows: FeedWindows;
  problems: Problem[];
  bookings: number;
  events: number;
  bodyHash: string;
  etag?: string | undefined;
  lastModified?: string | undefined;
  horizonEndMs: number;
  lastSuccessMs: number;
  settingsHash: string;
  addressHash: string;
  body?: FeedBody | undefined;
}

export interface FeedStanding {
  tried: boolean;
  /** The last try failed, was refused or held back. */
  failing: boolean;
  good?: GoodCopy | undefined;
  /** When the last good copy was taken up: of before the start, or of the leader before. Absent: a try worked since. */
  takenUpMs?: number | undefined;
}

/** The settings that windows should have been made with, and since when. */
export interface SettingsInForce {
  hash: string;
  /** Pools that the feed may book. */
  pools: string[];
  sinceMs: number;
}

/** When the last good copy ends to be in force, if no try works before. */
export function endOfForce(good: GoodCopy, feedMaxAgeMs: number): number {
  return Math.min(good.lastSuccessMs + feedMaxAgeMs, good.horizonEndMs);
}

export function isInForce(
  { tried, failing, good }: FeedStanding,
  feedMaxAgeMs: number,
  nowMs: number,
): boolean {
  if (good === undefined) return false;
  return tried && !failing ? nowMs < good.horizonEndMs : nowMs < endOfForce(good, feedMaxAgeMs);
}

export function feedState(standing: FeedStanding, feedMaxAgeMs: number, nowMs: number): FeedState {
  if (!standing.tried) return 'unread';
  if (!standing.failing) return 'good';
  if (standing.good === undefined) return 'failed';
  return isInForce(standing, feedMaxAgeMs, nowMs) ? 'stale' : 'expired';
}

/** What this feed lets its pools know (see CalendarView.poolCalendar). */
export function feedKnowledge(
  standing: FeedStanding,
  { feedMaxAgeMs, settings, nowMs }: { feedMaxAgeMs: number; settings: SettingsInForce; nowMs: number },
): CalendarKnowledge {
  if (isInForce(standing, feedMaxAgeMs, nowMs))
    return mayBeOld(standing, settings, nowMs) ? 'remembered' : 'read';
  const state = feedState(standing, feedMaxAgeMs, nowMs);
  if (state === 'unread' || state === 'failed') return state;
  return 'read';
}

/** The copy in force may lack the last change, of the calendar or of the settings. */
function mayBeOld(
  { tried, good, takenUpMs }: FeedStanding,
  settings: SettingsInForce,
  nowMs: number,
): boolean {
  if (!tried) return true;
  const isRecent = (sinceMs: number) => nowMs < sinceMs + REMEMBERED_FOR_MS;
  if (takenUpMs !== undefined && isRecent(takenUpMs)) return true;
  return good?.settingsHash !== settings.hash && isRecent(settings.sinceMs);
}

/** The body, when it is small enough to be kept. */
export function keptBody(body: FeedBody | undefined): FeedBody | undefined {
  return body !== undefined && body.bytes <= LARGEST_KEPT_BODY ? body : undefined;
}

/** Changes when windows of the same body would come out differently. */
export function settingsHash(settings: WindowSettings): string {
  return shortHash(JSON.stringify(settings));
}

/** `before` itself when windows come out the same with it. */
export function settingsInForce(
  settings: WindowSettings,
  nowMs: number,
  before?: SettingsInForce,
): SettingsInForce {
  const hash = settingsHash(settings);
  if (before?.hash === hash) return before;
  const names = settings.pools.map(({ name }) => name);
  return { hash, pools: names.filter((name) => settings.feedPools?.includes(name) ?? true), sinceMs: nowMs };
}

/** Whether windows have to be made anew, from the same body if need be. */
export function mustRemake(copy: GoodCopy | undefined, settings: SettingsInForce, nowMs: number): boolean {
  if (copy === undefined || copy.settingsHash !== settings.hash) return true;
  return copy.horizonEndMs - nowMs < HORIZON_LEFT_MS;
}

/** Changes when it is another calendar; credentials are not part of it. */
export function addressHash(feed: FeedConfig): string {
  const address = feedAddress(feed.url);
  if (address.kind === 'web') return shortHash(address.url.href);
  return shortHash(address.kind === 'file' ? `file ${address.path}` : 'refused');
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** What a restart remembered, when it has the right shape and belongs to this address. */
export function fromSaved(saved: SavedFeed | undefined, address: string): GoodCopy | undefined {
  if (saved === undefined || saved === null || saved.addressHash !== address) return undefined;
  const { lastSuccessMs, horizonEndMs, windows, problems, bodyHash, settingsHash } = saved;
  if (!areNumbers(lastSuccessMs, horizonEndMs) || !areWindows(windows)) return undefined;
  if (typeof bodyHash !== 'string' || typeof settingsHash !== 'string' || !Array.isArray(problems))
    return undefined;
  return {
    windows: Object.assign(Object.create(null), windows),
    problems: problems.filter((problem) => typeof problem?.message === 'string'),
    bookings: Number(saved.bookings) || 0,
    events: Number(saved.events) || 0,
    etag: textOrNone(saved.etag),
    lastModified: textOrNone(saved.lastModified),
    ...{ bodyHash, horizonEndMs, lastSuccessMs, settingsHash, addressHash: address },
  };
}

function areWindows(value: unknown): value is FeedWindows {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(
    (segments) =>
      Array.isArray(segments) &&
      segments.every(
        (one) =>
          areNumbers(one?.startMs, one?.endMs) &&
          Array.isArray(one.by) &&
          one.by.every((by: Partial<BookedBy> | null) => areNumbers(by?.startMs, by?.endMs, by?.count)),
      ),
  );
}

function areNumbers(...values: unknown[]): boolean {
  return values.every((value) => Number.isFinite(value));
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
