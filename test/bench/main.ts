// `npm run bench`: the tables of figures that the README shows, each beside what it must reach. `npm run bench feed`,
// `view` or `service` runs one of them. Peers are measured in the same run. Exits 1 when a figure is not reached.
import { cpus, totalmem } from 'node:os';
import { benchFeed } from './feed.ts';
import type { BenchRow } from './rows.ts';
import { benchService } from './service.ts';
import { benchView } from './view.ts';

const TABLES: Record<string, { title: string; run: () => Promise<BenchRow[]> }> = {
  feed: { title: 'A feed of 50,000 events', run: () => benchFeed() },
  view: { title: 'A view of 5,000 nodes and 150,000 pods', run: () => benchView() },
  service: { title: 'The service', run: () => benchService() },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in TABLES));
if (unknown.length > 0) {
  console.error(`expected some of ${Object.keys(TABLES).join(', ')}, got ${unknown.join(', ')}`);
  process.exit(2);
}
const machine = `${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}`;
console.log(`Machine: ${machine}`);
let missed = 0;
for (const [name, { title, run }] of Object.entries(TABLES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${title}\n\n| what | measured | must reach | |\n|---|---|---|---|`);
  for (const { what, measured, mustReach, reached } of await run()) {
    if (!reached) missed++;
    console.log(`| ${what} | ${measured} | ${mustReach} | ${reached ? 'yes' : 'NO'} |`);
  }
}
process.exitCode = missed > 0 ? 1 : 0;
