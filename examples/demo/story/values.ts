// The values a person would write for this hub, with its lengths of time shortened by the story's speed.
import { stringify } from 'yaml';
import { PLACEHOLDER, type Story } from './story.ts';

export interface ValuesOptions {
  calendarUrl: string;
  /** Value of the node label hub.jupyter.org/pool-name; the pool's name when absent. */
  nodeLabel?: string;
}

export function valuesOf(story: Story, { calendarUrl, nodeLabel = story.pool }: ValuesOptions): object {
  const seconds = (classMs: number) => `${classMs / story.speed / 1000}s`;
  return {
    calendarUrl,
    pollInterval: '5s',
    leadTime: seconds(story.leadMs),
    nodeGracePeriod: seconds(story.graceMs),
    nodePools: {
      [story.pool]: {
        nodeSelector: { 'hub.jupyter.org/pool-name': nodeLabel },
        resources: { requests: PLACEHOLDER },
        replicas: 0,
      },
    },
  };
}

export function valuesText(story: Story, calendarUrl: string): string {
  return stringify(valuesOf(story, { calendarUrl }));
}
