// A person's override: an annotation on the pool's Deployment that sets the count by hand, for ever or until a time.
//
//   kubectl annotate deployment data8-placeholder node-placeholder-scaler/replicas='5 until 2026-11-23T12:30'
//
// A time without offset is wall time in the calendars' zone. What cannot be read is a problem and counts as absent.
import type { DeploymentView } from '../cluster/snapshot.ts';
import { MANUAL_ANNOTATION } from '../placeholder/labels.ts';
import type { Problem } from '../problem.ts';
import { instantOfWallTime } from './local-time.ts';

export interface Manual {
  count: number;
  /** The first instant at which it no longer counts; undefined: for ever. */
  untilMs?: number;
}

export interface ManualReading {
  inForce?: Manual;
  /** It ended; a person may have forgotten it there. */
  over?: Manual & { untilMs: number };
  problem?: Problem;
}

/** Count, then perhaps `until`, a date, and a time with or without seconds and offset. */
const OVERRIDE =
  /^(\d{1,6})(?:\s+until\s+(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?\s*(z|[+-]\d\d:?\d\d)?)?$/i;

export function readManual(
  deployment: DeploymentView | undefined,
  { pool, zone, nowMs }: { pool: string; zone: string; nowMs: number },
): ManualReading {
  const text = deployment?.annotations[MANUAL_ANNOTATION]?.trim() ?? '';
  if (deployment === undefined || text === '') return {};
  const manual = parse(text, zone);
  if (manual === undefined)
    return { problem: unreadable(text, { deployment: deployment.name, pool, nowMs }) };
  const { count, untilMs } = manual;
  return untilMs !== undefined && untilMs <= nowMs ? { over: { count, untilMs } } : { inForce: manual };
}

function parse(text: string, zone: string): Manual | undefined {
  const [, count, ...when] = OVERRIDE.exec(text) ?? [];
  if (count === undefined) return undefined;
  if (when[0] === undefined) return { count: Number(count) };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = when
    .slice(0, 6)
    .map((n) => Number(n ?? 0));
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC takes the 31st of November for the 1st of December; a person who types it means something else.
  const parts = new Date(wallMs).toISOString().split(/\D/).slice(0, 6).map(Number);
  if (parts.join() !== [year, month, day, hour, minute, second].join()) return undefined;
  const untilMs = when[6] === undefined ? instantOfWallTime(wallMs, zone) : wallMs - offsetMs(when[6]);
  return { count: Number(count), untilMs };
}

function offsetMs(text: string): number {
  if (/z/i.test(text)) return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))];
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function unreadable(text: string, at: { deployment: string; pool: string; nowMs: number }): Problem {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
  const tomorrow = new Date(at.nowMs + 86_400_000).toISOString().slice(0, 10);
  return {
    code: 'unreadable-override',
    source: 'cluster',
    severity: 'error',
    pool: at.pool,
    where: `annotation ${MANUAL_ANNOTATION} of Deployment ${at.deployment}`,
    message: `expected a whole number, or a number and until when, got ${shown}; it is ignored`,
    example: `5  or  5 until ${tomorrow}T12:30`,
  };
}
