// The doors for people and Prometheus: the HTTP server, and a second one where page and answer calendar are published.
// Both begin to listen here, or neither does.
import type { AddressInfo } from 'node:net';
import { makeApp } from './server/app.ts';
import { makePublishedApp } from './server/page-published.ts';

type App = Parameters<typeof makeApp>[0];
type Published = Parameters<typeof makePublishedApp>[0];

export interface ListenOptions extends App {
  /** Absent: no HTTP server. */
  http: { host?: string; port: number } | undefined;
  /** Absent: nothing is published. */
  page: ({ host?: string; port: number } & Omit<Published, 'source'>) | undefined;
}

export interface Listening {
  url?: string;
  pageUrl?: string;
  close(): Promise<void>;
}

/** Throws when a port is taken. */
export async function listen({ http, page, ...answers }: ListenOptions): Promise<Listening> {
  const app = makeApp(answers);
  const published = page && makePublishedApp({ source: answers.status, ...page });
  const close = async () => {
    await Promise.all([app.close(), published?.close()]);
  };
  try {
    if (http !== undefined) await app.listen(http);
    if (page !== undefined) await published?.listen(page);
  } catch (error) {
    await close();
    throw error;
  }
  const address = app.server.address() as AddressInfo | null;
  const pageAddress = (published?.server.address() ?? null) as AddressInfo | null;
  return {
    ...(address !== null && { url: urlOf(address) }),
    ...(pageAddress !== null && { pageUrl: urlOf(pageAddress) }),
    close,
  };
}

function urlOf({ address, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
