// Who hears of a pass: the log, the metrics and, from the replica that leads, the Events. Each is told only what is new
// to it; what was said so far is kept here.
import { announce, NOTHING_ANNOUNCED } from './announce.ts';
import type { Logger } from './log.ts';
import { NOTHING_TOLD, narrate } from './narrate.ts';
import type { PassReport } from './pass.ts';
import type { EventRecorder } from './placeholder/events.ts';
import type { Metrics } from './server/metrics.ts';
import type { Leadership } from './state/lease.ts';

export interface Listeners {
  log: Logger;
  metrics: Pick<Metrics, 'observe' | 'countProblem'>;
  events: Pick<EventRecorder, 'record'>;
  lease: Pick<Leadership, 'isLeader'>;
}

export function openTelling({ log, metrics, events, lease }: Listeners): (report: PassReport) => void {
  let told = NOTHING_TOLD;
  let announced = NOTHING_ANNOUNCED;
  return (report) => {
    const narration = narrate(lease.isLeader() ? log : log.child({ standby: true }), report, told);
    told = narration.told;
    for (const problem of narration.appeared) metrics.countProblem(problem.source);
    metrics.observe(report);
    // A replica that stands by sees the same, so that it repeats nothing when it comes to lead.
    const announcement = announce(report, announced);
    announced = announcement.announced;
    if (report.leads) for (const event of announcement.events) events.record(event);
  };
}
