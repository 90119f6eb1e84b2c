// node-ical's own parse and expand of a whole feed, in a process of its own: node test/bench/feed-peer.ts FILE FROM TO
// Prints one JSON object: milliseconds of each, occurrences found, peak memory.
import { readFileSync } from 'node:fs';
import ical from 'node-ical';

const [file = '', from = '', to = ''] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const began = performance.now();
const calendar = ical.sync.parseICS(text);
const parsed = performance.now();
let occurrences = 0;
for (const entry of Object.values(calendar)) {
  if (entry?.type !== 'VEVENT') continue;
  occurrences += ical.expandRecurringEvent(entry, {
    from: new Date(Number(from)),
    to: new Date(Number(to)),
  }).length;
}
const ended = performance.now();
const { maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({ parseMs: parsed - began, expandMs: ended - parsed, occurrences, peakMb: maxRSS / 1024 }),
);
