// The same story for a real control plane: slower, because scheduler, autoscaler and API server keep their own pace.
import type { Story } from '../story/story.ts';

const SPEED = 6;
/** 45 of them fill one of the machines (64 GiB) that `npm run cluster` has. */
export const SERVER_ON_REAL = { cpu: '150m', memory: '1456Mi' };

export function onRealControlPlane(story: Story): Story {
  return {
    ...story,
    speed: SPEED,
    played: {
      on: 'a real control plane, real scalers',
      atItsOwnPace: 'the scaler, the scheduler and the API server',
      notes: [
        'Real: etcd, API server, controller manager, scheduler, Karpenter, the chart installed by Helm with its ' +
          'permissions, the scaler. Played by kwok: the machines, and that servers run on them.',
      ],
    },
  };
}
