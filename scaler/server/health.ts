// Three answers about the service itself, each with the sentence why. Live: the loop is moving (restart helps if not).
// Ready: the values and the cluster were each read once; it stays ready through outages, which are metrics and alerts,
// not a reason to be taken out of service; calls that fail now are named in the body. A feed outage is neither.

/** What the answers are made from; read at each request. */
export interface HealthFacts {
  /** Monotonic ms since which one pass has been running, or undefined between passes. */
  passRunningForMs?: number;
  /** Since the last pass ended. */
  sincePassMs?: number;
  /** All lists of the cluster were read once. */
  clusterRead: boolean;
  /** At least one pass has ended. */
  passed: boolean;
  /** Calls to the API server that fail now, one sentence each. */
  failing: string[];
}

export interface HealthAnswer {
  ok: boolean;
  text: string;
}

/** A pass that has run this long, or none for this long, means that the loop is stuck. */
export const STUCK_AFTER_MS = 5 * 60_000;

export function live(facts: HealthFacts): HealthAnswer {
  const running = facts.passRunningForMs ?? 0;
  if (running > STUCK_AFTER_MS) {
    return { ok: false, text: `stuck: a pass has been running for ${seconds(running)}\n` };
  }
  const idle = facts.sincePassMs ?? 0;
  if (facts.passRunningForMs === undefined && idle > STUCK_AFTER_MS) {
    return { ok: false, text: `stuck: no pass for ${seconds(idle)}, expected one every 60 s\n` };
  }
  return { ok: true, text: 'live: the loop is moving\n' };
}

export function ready(facts: HealthFacts): HealthAnswer {
  const failing = facts.failing.map((call) => `failing now: ${call}\n`).join('');
  if (!facts.clusterRead)
    return { ok: false, text: `not ready: the cluster has not been read yet\n${failing}` };
  if (!facts.passed) return { ok: false, text: `not ready: the first pass has not ended yet\n${failing}` };
  return { ok: true, text: `ready\n${failing}` };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
