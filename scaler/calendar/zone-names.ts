// What zone a name means when the feed is not asked. What the name itself says comes before a VTIMEZONE of that name: an
// IANA name, a Windows name, an IANA name at the end of a global path (/mozilla.org/.../Europe/Berlin). What is gathered
// from it comes after: the places of a Windows label, another path's end, an offset and nothing else (GMT+0530).

import { ianaZone } from './iana-zone.ts';
import type { Zone } from './wall-time.ts';
import type { WindowsZones } from './windows-zones.ts';
import { plainName, zoneLabel } from './zone-label.ts';

export interface ZoneNames {
  /** The zone that the name itself says. */
  find(tzid: string): Zone | undefined;
  /** The zone of a name that no VTIMEZONE defines. */
  gather(tzid: string): Zone | undefined;
}

/** Java's old abbreviations, which Intl takes and IANA does not have: BST is Dhaka there, AST Anchorage, IST India. */
const ABBREVIATION =
  /^(?:ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST)$|^SystemV\//i;

/** Names that mean the same in every feed. */
export function knownZones(windows: WindowsZones): ZoneNames {
  return {
    find: remembered((tzid) => named(tzid) ?? byWindows(windows.named(tzid)) ?? globalPathEnd(tzid)),
    gather: remembered((tzid) => {
      const { offset, place } = zoneLabel(tzid);
      return byWindows(windows.placed(place)) ?? pathEnd(tzid) ?? (place === '' ? offset : undefined);
    }),
  };
}

function remembered(find: (tzid: string) => Zone | undefined): (tzid: string) => Zone | undefined {
  const found = new Map<string, Zone | undefined>();
  return (tzid) => {
    const name = plainName(tzid);
    if (!found.has(name)) found.set(name, find(name));
    return found.get(name);
  };
}

function named(name: string): Zone | undefined {
  return ABBREVIATION.test(name) ? undefined : ianaZone(name);
}

function byWindows(iana: string | undefined): Zone | undefined {
  return iana === undefined ? undefined : ianaZone(iana);
}

/** A name that begins with a slash is meant for everybody (RFC 5545 3.2.19); any other belongs to its calendar. */
function globalPathEnd(name: string): Zone | undefined {
  return name.startsWith('/') ? areaAndCity(name) : undefined;
}

/** One word at the end (Microsoft/Utc) counts only where the path is plainly none of the calendar's own. */
function pathEnd(name: string): Zone | undefined {
  const isGlobal = name.startsWith('/') || name.includes('://');
  return areaAndCity(name) ?? (isGlobal ? named(name.slice(name.lastIndexOf('/') + 1)) : undefined);
}

/** The zone of the last two or three steps of a path. */
function areaAndCity(name: string): Zone | undefined {
  const steps = name.split('/');
  if (steps.length > 20) return undefined;
  for (let take = Math.min(3, steps.length - 1); take >= 2; take--) {
    const zone = named(steps.slice(-take).join('/'));
    if (zone) return zone;
  }
  return undefined;
}
