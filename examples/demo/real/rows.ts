// A pool's machines as lines of the picture: what Karpenter ordered (NodeClaims), the nodes that joined, the pods on them.
import type { Answer } from '../../../test/cluster/api.ts';
import type { NodeRow } from '../story/side.ts';
import { SEATS_PER_NODE, type Story } from '../story/story.ts';

export interface Seen {
  claims: Answer[];
  nodes: Answer[];
  pods: Answer[];
}

export function nodeRows(
  { claims, nodes, pods }: Seen,
  { story, nowMs }: { story: Story; nowMs: number },
): NodeRow[] {
  const { speed } = story;
  const bootMs = realBootMs(story);
  return claims
    .map(({ metadata, status }): NodeRow => {
      const node = nodes.find((each) => each.metadata.name === status?.nodeName);
      const here = pods.filter((pod) => node !== undefined && pod.spec.nodeName === node.metadata.name);
      const has = (component: string) =>
        here.filter((pod) => pod.metadata.labels?.component === component).length;
      const sinceMs = Date.parse(metadata.creationTimestamp);
      const leftMs = Math.max(sinceMs + bootMs - nowMs, 0);
      const users = has('singleuser-server');
      const placeholder = has('placeholder') > 0;
      const goesAtMs = Date.parse(status?.lastPodEventTime ?? '') + story.unneededMs / speed;
      return {
        name: metadata.name,
        state: isReady(node) ? 'up' : 'booting',
        users,
        seats: SEATS_PER_NODE,
        placeholder,
        ...(users === 0 && !placeholder && goesAtMs > nowMs && { goesInMs: (goesAtMs - nowMs) * speed }),
        booted: 1 - leftMs / bootMs,
        joinsInMs: leftMs * speed,
        sinceMs,
      };
    })
    .sort((a, b) => a.sinceMs - b.sinceMs || (a.name < b.name ? -1 : 1));
}

/** From the order of a machine until pods run on it, in real time. */
export const realBootMs = ({ bootMs, readyMs, pullMs, speed }: Story) => (bootMs + readyMs + pullMs) / speed;

function isReady(node: Answer | undefined): boolean {
  const conditions: Answer[] = node?.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
