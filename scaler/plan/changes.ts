import type { DeploymentView } from '../cluster/snapshot.ts';
import type { Decision } from './decide.ts';

/** The Deployment that we want, as server-side apply sends it. */
export type PlaceholderManifest = {
  apiVersion: 'apps/v1';
  kind: 'Deployment';
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    ownerReferences: object[];
    annotations?: Record<string, string>;
  };
  spec: { replicas: number; [field: string]: unknown };
};

export type ChangeWhy = 'create' | 'scale' | 'resize' | 'template' | 'put-back';

export type Change =
  | {
      kind: 'apply';
      pool: string;
      manifest: PlaceholderManifest;
      why: ChangeWhy[];
      from?: number;
      to: number;
    }
  | { kind: 'take-over'; pool: string; manifest: PlaceholderManifest; uid: string; from: number; to: number };

export interface PlannedChange {
  change?: Change;
  /** A size change waits for the end of the booking. */
  resizeWaits?: { from: Record<string, string>; to: Record<string, string> };
  /** The Deployment belongs to someone else: never touched. */
  foreign?: string;
}

/** What must be written for one pool, or nothing. `wanted(replicas)` is the manifest at today's size. */
export function planChange(_input: {
  decision: Decision;
  watched?: DeploymentView;
  wanted: PlaceholderManifest;
  /** Spec as the last apply returned it: a value the platform rewrites is not fought over. */
  lastReturned?: Record<string, unknown>;
  bookingActive: boolean;
}): PlannedChange {
  throw new Error('to be written');
}
