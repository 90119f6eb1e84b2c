// What the API server was asked, by whom and when, from its audit log: only what service accounts ask, without bodies.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AskedCall {
  /** When it arrived, ms since the epoch. */
  atMs: number;
  verb: string;
  /** Plural, with the subresource if any: `deployments`, `leases`. */
  resource: string;
  name: string | undefined;
  namespace: string | undefined;
  status: number | undefined;
  /** The pod whose token was used, where the token was bound to one. */
  pod: string | undefined;
}

const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [
    { level: 'None', users: ['system:apiserver', 'admin'] },
    { level: 'None', namespaces: ['kube-system'] },
    { level: 'Metadata', userGroups: ['system:serviceaccounts'], omitStages: ['ResponseStarted'] },
    { level: 'None' },
  ],
};

/** For the API server's command line. */
export function auditArgs(folder: string): string[] {
  const policy = join(folder, 'audit-policy.json');
  writeFileSync(policy, JSON.stringify(POLICY));
  return [
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${auditLog(folder)}`,
    '--audit-log-mode=blocking',
  ];
}

/** Calls of a namespace's service account that arrived at or after `sinceMs`, in order. */
export function callsOf(cluster: { folder: string }, serviceAccount: string, sinceMs = 0): AskedCall[] {
  const user = `system:serviceaccount:${serviceAccount}`;
  return readFileSync(auditLog(cluster.folder), 'utf8')
    .split('\n')
    .filter((line) => line.includes(user))
    .map((line) => JSON.parse(line))
    .filter(({ user: { username }, stage }) => username === user && stage !== 'RequestReceived')
    .map((event) => ({
      atMs: Date.parse(event.requestReceivedTimestamp),
      verb: event.verb,
      resource: [event.objectRef?.resource, event.objectRef?.subresource].filter(Boolean).join('/'),
      name: event.objectRef?.name,
      namespace: event.objectRef?.namespace,
      status: event.responseStatus?.code,
      pod: event.user.extra?.['authentication.kubernetes.io/pod-name']?.[0],
    }))
    .filter(({ atMs }) => atMs >= sinceMs)
    .sort((a, b) => a.atMs - b.atMs);
}

/** `3 watch pods, 1 patch deployments`: for a message. */
export function summary(calls: AskedCall[]): string {
  const counts = new Map<string, number>();
  for (const { verb, resource } of calls) {
    counts.set(`${verb} ${resource}`, (counts.get(`${verb} ${resource}`) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${count} ${what}`).join(', ') || 'nothing';
}

const auditLog = (folder: string) => join(folder, 'audit.log');
