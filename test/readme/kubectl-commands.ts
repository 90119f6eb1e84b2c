// kubectl's commands in the documents: objects, labels, ports and annotations are those that chart and scaler make.
import { expect } from 'vitest';
import { MANUAL_ANNOTATION, POOL_LABEL, podLabels } from '../../scaler/placeholder/labels.ts';
import { deploymentName } from '../../scaler/placeholder/names.ts';
import { readManual } from '../../scaler/plan/manual.ts';

const POOLS = ['data8', 'stat20'];
const RELEASE = 'node-placeholder-scaler';

/** What a cluster has for one; `auth` and `top` are about ours all the same. */
const VERBS = [
  'get',
  'describe',
  'events',
  'logs',
  'annotate',
  'port-forward',
  'create',
  'delete',
  'label',
  'scale',
  'top',
  'auth',
];

/** Which object, by which labels, with which annotation and port. */
export function checkKubectl(words: string[]): void {
  const pipe = words.indexOf('|');
  const { options, plain } = optionsOf(words.slice(1, pipe < 0 ? undefined : pipe));
  const [verb = '', ...rest] = plain;
  expect(VERBS).toContain(verb);
  const about = verb === 'events' ? [options.get('--for') ?? ''] : rest;
  const [kind = '', name] = about.flatMap((word, index) => (index === 0 ? word.split('/') : [word]));
  if (/^deploy/.test(kind) && name !== undefined)
    expect([RELEASE, ...POOLS.map(deploymentName), 'NAME-placeholder', 'POOL-placeholder']).toContain(name);
  if (/^(service|svc)$/.test(kind)) expect([RELEASE, `${RELEASE}-page`]).toContain(name);
  if (options.has('--as')) expect(options.get('--as')).toBe(`system:serviceaccount:${RELEASE}:${RELEASE}`);
  checkSelector(options.get('--selector') ?? options.get('-l') ?? '', kind);
  if (verb === 'port-forward') expect(rest[1]).toMatch(/^\d*:?(8080|8081)$/);
  if (verb === 'annotate') checkAnnotation(rest);
}

/** Nodes have the labels of the values, all else those that chart and scaler give. */
function checkSelector(selector: string, kind: string): void {
  const ours = { ...podLabels('data8'), 'app.kubernetes.io/name': RELEASE };
  const labels: Record<string, string> = /^nodes?$/.test(kind)
    ? { 'hub.jupyter.org/pool-name': 'data8-pool' }
    : ours;
  for (const part of selector.split(',').filter(Boolean)) {
    const [, key = '', value] = /^!?([^=!]+)(?:=(.*))?$/.exec(part) ?? [];
    expect(Object.keys(labels)).toContain(key);
    if (value !== undefined && key !== POOL_LABEL) expect(Object.values(labels)).toContain(value);
  }
}

/** One that is taken as it is typed, or taken away (`key-`). */
function checkAnnotation(words: string[]): void {
  const [key = '', value = ''] = (words.find((word) => word.startsWith(`${RELEASE}/`)) ?? '').split('=');
  expect(key.replace(/-$/, '')).toBe(MANUAL_ANNOTATION);
  if (key.endsWith('-')) return;
  const deployment = { name: 'data8-placeholder', annotations: { [MANUAL_ANNOTATION]: value } };
  const nowMs = Date.UTC(2026, 10, 23);
  expect(readManual(deployment as never, { pool: 'data8', zone: 'UTC', nowMs }).inForce).toBeDefined();
}

const SWITCHES = /^--(all-namespaces|overwrite|watch|follow|previous|show-labels)$/;

function optionsOf(words: string[]): { options: Map<string, string>; plain: string[] } {
  const options = new Map<string, string>();
  const plain: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, name = '', value] = /^(--?[a-z][\w-]*)(?:=(.*))?$/.exec(word) ?? [];
    if (name === '') plain.push(word);
    else if (value !== undefined || SWITCHES.test(name)) options.set(name, value ?? '');
    else options.set(name, words[++index] ?? '');
  }
  return { options, plain };
}
