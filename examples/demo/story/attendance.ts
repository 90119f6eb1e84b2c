// The students: each logs in at a time of its own, which makes a server pod as a hub would, waits until it runs, and
// stops it at the end. Who waited how long is remembered. How a hub makes servers depends on the cluster.
import type { Clock, Timer } from '../../../scaler/clock.ts';
import { loginAfterMs, type Story } from './story.ts';

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

/** What lets students in: makes a server for each, and says when it runs. */
export interface Hub {
  start(student: string): void;
  stop(student: string): void;
  /** Calls back for every student whose server runs from now on; the answer ends that. */
  onRunning(tell: (student: string) => void): () => void;
}

export interface AttendanceOptions {
  hub: Hub;
  clock: Clock;
  story: Story;
}

/** Puts the students of an earlier class on the node that is there. */
export function seatEarlierStudents({ hub, story }: Pick<AttendanceOptions, 'hub' | 'story'>): void {
  for (let n = 1; n <= story.already; n += 1) hub.start(earlier(n));
}

const earlier = (n: number) => `earlier-${n}`;

export function takeAttendance({ hub, clock, story }: AttendanceOptions): Attendance {
  const logins: Login[] = [];
  const byStudent = new Map<string, Login>();
  const timers: Timer[] = [];
  const real = (classMs: number) => classMs / story.speed;
  const unsubscribe = hub.onRunning((student) => {
    const login = byStudent.get(student);
    if (login && login.runningMs === undefined) login.runningMs = clock.now();
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
          byStudent.set(student, login);
          hub.start(student);
        };
        timers.push(clock.after(real(loginAfterMs(index, story)), logIn));
        const leavesMs = leaveAtMs - classAtMs + leaveForMs * ((index + 1) / students);
        timers.push(clock.after(real(leavesMs), () => hub.stop(student)));
      }
      const earlierLeaveMs = real(leaveAtMs - classAtMs);
      for (let n = 1; n <= story.already; n += 1) {
        timers.push(clock.after(earlierLeaveMs, () => hub.stop(earlier(n))));
      }
    },
    stop() {
      unsubscribe();
      for (const timer of timers) timer.cancel();
    },
  };
}
