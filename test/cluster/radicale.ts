// A real calendar server with a password: Radicale, with one calendar that is edited over CalDAV and read as a feed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, processesIn, type Running, until } from './processes.ts';

export const USER = 'teacher';
export const PASSWORD = 'correct horse';

export interface CalendarServer {
  /** Of the calendar as a feed. */
  url: string;
  /** Creates or replaces an event, as a calendar program does. */
  put(uid: string, lines: string[]): Promise<void>;
  remove(uid: string): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function openRadicale(python: string, folder: string): Promise<CalendarServer> {
  const [port] = (await freePorts(1)) as [number];
  mkdirSync(folder, { recursive: true });
  const users = join(folder, 'users');
  writeFileSync(users, `${USER}:${PASSWORD}\n`);
  const config = join(folder, 'config');
  writeFileSync(
    config,
    [
      '[server]',
      `hosts = 127.0.0.1:${port}`,
      '[auth]',
      'type = htpasswd',
      `htpasswd_filename = ${users}`,
      'htpasswd_encryption = plain',
      'delay = 0',
      '[storage]',
      `filesystem_folder = ${join(folder, 'collections')}`,
      '',
    ].join('\n'),
  );
  const processes = processesIn(join(folder, 'processes'));
  const url = `http://127.0.0.1:${port}/${USER}/warm-nodes/`;
  const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  let running: Running | undefined;

  async function dav(method: string, address: string, body?: string): Promise<number> {
    const answer = await fetch(address, {
      method,
      headers: {
        authorization,
        'content-type': method === 'PUT' ? 'text/calendar; charset=utf-8' : 'text/xml',
      },
      ...(body !== undefined && { body }),
    });
    if (answer.status >= 400)
      throw new Error(`${method} ${address}: ${answer.status} ${await answer.text()}`);
    return answer.status;
  }

  const server: CalendarServer = {
    url,
    async put(uid, lines) {
      const text = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//example.edu//test//EN',
        ...lines,
        'END:VCALENDAR',
        '',
      ];
      await dav('PUT', `${url}${uid}.ics`, text.join('\r\n'));
    },
    async remove(uid) {
      await dav('DELETE', `${url}${uid}.ics`);
    },
    async start() {
      running = processes.start({
        name: 'radicale',
        command: python,
        args: ['-m', 'radicale', '--config', config],
      });
      await until(
        'Radicale to answer',
        async () => (await fetch(`http://127.0.0.1:${port}/.web/`)).status < 500 || undefined,
        { seen: () => running?.output().slice(-500) },
      );
    },
    async stop() {
      await running?.stop();
    },
  };
  await server.start();
  await dav('MKCALENDAR', url);
  return server;
}
