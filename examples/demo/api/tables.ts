// What kubectl prints: lists as tables, with the columns of the real server for the kinds one looks at.
import {
  type Deployment,
  hasCondition,
  type KubeObject,
  type Node,
  type Pod,
  type ResourceName,
} from './objects.ts';
import type { Target } from './resources.ts';

interface Column {
  name: string;
  /** Only with `-o wide`. */
  wide?: boolean;
  cell(object: KubeObject, nowMs: number): string | number;
}

const ageOf = ({ metadata }: KubeObject, nowMs: number) => {
  const seconds = Math.max(Math.floor((nowMs - Date.parse(metadata.creationTimestamp)) / 1000), 0);
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
};

const NAME: Column = { name: 'Name', cell: ({ metadata }) => metadata.name };
const AGE: Column = { name: 'Age', cell: ageOf };

function podState({ metadata, status }: Pod): string {
  return metadata.deletionTimestamp ? 'Terminating' : status.phase;
}

function nodeState({ spec, status }: Node): string {
  const ready = hasCondition(status.conditions, 'Ready') ? 'Ready' : 'NotReady';
  return spec.unschedulable ? `${ready},SchedulingDisabled` : ready;
}

const COLUMNS: Partial<Record<ResourceName, Column[]>> = {
  pods: [
    NAME,
    { name: 'Ready', cell: (o) => (hasCondition((o as Pod).status.conditions, 'Ready') ? '1/1' : '0/1') },
    { name: 'Status', cell: (o) => podState(o as Pod) },
    AGE,
    { name: 'Node', wide: true, cell: (o) => (o as Pod).spec.nodeName ?? '<none>' },
    { name: 'Nominated Node', wide: true, cell: (o) => (o as Pod).status.nominatedNodeName ?? '<none>' },
  ],
  nodes: [
    NAME,
    { name: 'Status', cell: (o) => nodeState(o as Node) },
    AGE,
    { name: 'Version', cell: (o) => (o as Node).status.nodeInfo?.kubeletVersion ?? '' },
  ],
  deployments: [
    NAME,
    {
      name: 'Ready',
      cell: (o) => `${(o as Deployment).status.readyReplicas ?? 0}/${(o as Deployment).spec.replicas}`,
    },
    { name: 'Up-to-date', cell: (o) => (o as Deployment).status.updatedReplicas ?? 0 },
    { name: 'Available', cell: (o) => (o as Deployment).status.availableReplicas ?? 0 },
    AGE,
  ],
};

export const wantsTable = (accept: string | undefined) => accept?.includes('as=Table') ?? false;

/** A Table of these objects; `metadata` is that of the list. */
export function tableOf(
  target: Target,
  objects: KubeObject[],
  { metadata, nowMs }: { metadata: object; nowMs: number },
) {
  const columns = COLUMNS[target.resource.name] ?? [NAME, AGE];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, wide }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, nowMs)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}
