// Writes to one Deployment as the simulated API server gets them, with the instant of the test's clock.
import type { Played } from './played-service.ts';

export interface SeenWrite {
  atMs: number;
  method: string;
  body: string;
}

/** Fills as they come in, from now on. */
export function watchWrites({ cluster: { api }, clock }: Played, name: string): SeenWrite[] {
  const seen: SeenWrite[] = [];
  const push = api.requests.push.bind(api.requests);
  api.requests.push = (...calls) => {
    for (const { method, path, body } of calls) {
      if (method !== 'GET' && path.endsWith(`/deployments/${name}`))
        seen.push({ atMs: clock.now(), method, body });
    }
    return push(...calls);
  };
  return seen;
}
