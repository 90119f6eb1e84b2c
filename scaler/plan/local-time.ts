// Wall time in a named zone, both ways: how a sentence shows an instant, and which instant a typed time means.
// Offsets come from luxon's zones; gap and overlap are resolved here, because its own answer for a wall time that
// happens twice depends on today's clock. As in calendars: in a gap the time moves forward, of two the first counts.
import { IANAZone } from 'luxon';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** `10:10` when it is on the local day of `nowMs`, else `2026-11-24 10:10`. An unknown zone reads as UTC. */
export function showTime(atMs: number, { zone, nowMs }: { zone: string; nowMs: number }): string {
  const at = wallClock(atMs, zone);
  const time = at.slice(11, 16);
  return at.slice(0, 10) === wallClock(nowMs, zone).slice(0, 10) ? time : `${at.slice(0, 10)} ${time}`;
}

/** The instant of a wall time (given as if it were UTC, epoch ms) in a zone. */
export function instantOfWallTime(wallMs: number, zone: string): number {
  const before = offsetMs(wallMs - DAY, zone);
  const after = offsetMs(wallMs + DAY, zone);
  for (const offset of [before, after]) {
    if (offsetMs(wallMs - offset, zone) === offset) return wallMs - offset;
  }
  return wallMs - before;
}

function wallClock(atMs: number, zone: string): string {
  return new Date(atMs + offsetMs(atMs, zone)).toISOString();
}

function offsetMs(atMs: number, zone: string): number {
  const minutes = IANAZone.create(zone).offset(atMs);
  return Number.isNaN(minutes) ? 0 : minutes * MINUTE;
}
