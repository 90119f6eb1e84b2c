// The students: each logs in at a time of its own, which makes a server pod as a hub would, waits until it runs, and
// stops it at the end. Who waited how long is remembered.
import type { Clock, Timer } from '../../../scaler/clock.ts';
import { admit } from '../api/admit.ts';
import { deleteObject } from '../api/deletion.ts';
import type { Pod } from '../api/objects.ts';
import type { Store } from '../api/store.ts';
import { loginAfterMs, SERVER, SERVER_IMAGE, type Story } from './story.ts';

export const HUB_NAMESPACE = 'hub';

/** Times are milliseconds of real time. */
export interface Login {
  student: string;
  atMs: number;
  runningMs?: number;
}

export interface Attendance {
  logins: readonly Login[];
  /** Begins the class: from now on students log in. */
  begin(): void;
  stop(): void;
}

export interface AttendanceOptions {
  store: Store;
  clock: Clock;
  story: Story;
}

/** Puts the students of an earlier class on the node that is there. */
export function seatEarlierStudents({ store, story }: Pick<AttendanceOptions, 'store' | 'story'>): void {
  for (let n = 1; n <= story.already; n += 1) startServer(store, story.pool, `earlier-${n}`);
}

export function takeAttendance({ store, clock, story }: AttendanceOptions): Attendance {
  const logins: Login[] = [];
  const byPod = new Map<string, Login>();
  const timers: Timer[] = [];
  const real = (classMs: number) => classMs / story.speed;
  const unsubscribe = store.subscribe(({ resource, object }) => {
    if (resource !== 'pods') return;
    const login = byPod.get(object.metadata.name);
    if (login && login.runningMs === undefined && (object as Pod).status.phase === 'Running') {
      login.runningMs = clock.now();
    }
  });
  return {
    logins,
    begin() {
      const { students, leaveForMs, leaveAtMs, classAtMs } = story;
      for (let index = 0; index < students; index += 1) {
        const student = `student-${String(index + 1).padStart(3, '0')}`;
        const logIn = () => {
          const login: Login = { student, atMs: clock.now() };
          logins.push(login);
          byPod.set(startServer(store, story.pool, student), login);
        };
        timers.push(clock.after(real(loginAfterMs(index, story)), logIn));
        const leavesMs = leaveAtMs - classAtMs + leaveForMs * ((index + 1) / students);
        timers.push(clock.after(real(leavesMs), () => stopServer(store, student)));
      }
      const earlierLeaveMs = real(leaveAtMs - classAtMs);
      for (let n = 1; n <= story.already; n += 1) {
        timers.push(clock.after(earlierLeaveMs, () => stopServer(store, `earlier-${n}`)));
      }
    },
    stop() {
      unsubscribe();
      for (const timer of timers) timer.cancel();
    },
  };
}

const podName = (student: string) => `jupyter-${student}`;

/** Shaped as KubeSpawner makes it: a bare pod, without a controller. */
function startServer(store: Store, pool: string, student: string): string {
  const tolerations = ['hub.jupyter.org/dedicated', 'hub.jupyter.org_dedicated'].map((key) => ({
    key,
    operator: 'Equal' as const,
    value: 'user',
    effect: 'NoSchedule',
  }));
  const pod = {
    metadata: {
      namespace: HUB_NAMESPACE,
      name: podName(student),
      labels: {
        app: 'jupyterhub',
        component: 'singleuser-server',
        'app.kubernetes.io/component': 'singleuser-server',
        'hub.jupyter.org/username': student,
      },
    },
    spec: {
      nodeSelector: { 'hub.jupyter.org/pool-name': pool },
      tolerations,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'notebook', image: SERVER_IMAGE, resources: { requests: { ...SERVER } } }],
    },
    status: { phase: 'Pending' },
  } as unknown as Pod;
  admit('pods', { object: pod, store });
  store.create('pods', pod);
  return podName(student);
}

function stopServer(store: Store, student: string): void {
  deleteObject(store, 'pods', { namespace: HUB_NAMESPACE, name: podName(student) });
}
