// `npm run bench:class`: one class that really happened, on the real scheduler and autoscaler, in a tenth of the time,
// once for each plan for it, one after another: 70 users on nodes that hold 45 each, boot and image 10 minutes, an event
// from 16:45 to 17:15, 250 logins from 17:10 to 17:22. Prints who waited, how long, and what it cost.
//   npm run bench:class -- --plan floor --plan book-6
import { parseArgs } from 'node:util';
import { type Day, FASTER, playDay } from './class-day.ts';
import { type Plan, plansNamed } from './class-plans.ts';

const HEAD = [
  '| plan | ran within 30 s | within 2 min | median wait | p95 wait | warm at 17:10 | node-hours |',
  '|---|---|---|---|---|---|---|',
];

function chosen(): Plan[] {
  try {
    const { values } = parseArgs({ options: { plan: { type: 'string', multiple: true, default: [] } } });
    return plansNamed(values.plan);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function row({ plan, waitsMs, warmAt1710, machineHours }: Day): string {
  const within = (seconds: number) =>
    `${Math.round((waitsMs.filter((ms) => ms <= seconds * 1_000).length / waitsMs.length) * 100)} %`;
  const quantile = (share: number) =>
    shown((waitsMs[Math.ceil(waitsMs.length * share) - 1] ?? Number.POSITIVE_INFINITY) / 1_000);
  return `| ${plan.text} | ${within(30)} | ${within(120)} | ${quantile(0.5)} | ${quantile(0.95)} | ${warmAt1710} | ${machineHours.toFixed(1)} |`;
}

/** The floor is below a second. */
const shown = (seconds: number) => `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;

const plans = chosen();
const rows: string[] = [];
const began = performance.now();
const minutes = (fromMs: number) => ((performance.now() - fromMs) / 60_000).toFixed(1);
for (const [index, plan] of plans.entries()) {
  const from = performance.now();
  const day = await playDay(plan);
  rows.push(row(day));
  console.log(`${index + 1} of ${plans.length} played in ${minutes(from)} min:  ${row(day)}`);
}
console.log(
  `\nWaits in class time (${FASTER} times the real ones); node-hours from 16:45 to 17:35; ${minutes(began)} min in all.\n`,
);
console.log([...HEAD, ...rows].join('\n'));
