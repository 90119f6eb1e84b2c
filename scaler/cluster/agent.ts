// The one keep-alive agent that carries all requests to the API server. HTTP/1.1 on purpose: each watch then has a
// connection of its own, and losing one loses one. client-node would make a new agent, and so a new TLS handshake,
// for every request.
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { TlsOptions } from './credentials.ts';

/** Shorter than the 60 s after which some balancers drop an idle connection (API servers: 90 s). */
const KEEP_ALIVE_MS = 50_000;

export interface AgentKeeper {
  /** The same agent as long as the certificates stay the same; an old one finishes what it carries. */
  for(tls: TlsOptions): Dispatcher;
  /** Cuts all connections. */
  close(): Promise<void>;
}

export function openAgentKeeper(proxyUrl: string | undefined): AgentKeeper {
  let kept: { tls: TlsOptions; agent: Dispatcher } | undefined;
  const old = new Set<Dispatcher>();
  return {
    for(tls) {
      if (kept !== undefined && isSame(kept.tls, tls)) return kept.agent;
      if (kept !== undefined) retire(kept.agent, old);
      kept = { tls, agent: openAgent(proxyUrl, tls) };
      return kept.agent;
    },
    async close() {
      const agents = kept === undefined ? [...old] : [...old, kept.agent];
      await Promise.all(agents.map((agent) => agent.destroy()));
    },
  };
}

function retire(agent: Dispatcher, old: Set<Dispatcher>): void {
  old.add(agent);
  const forget = () => old.delete(agent);
  agent.close().then(forget, forget);
}

/** Keep-alive probes after 30 s let the system notice a peer that is gone; idle watches are the reflector's to judge. */
function openAgent(proxyUrl: string | undefined, tls: TlsOptions): Dispatcher {
  const connect = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 };
  const common = { allowH2: false, keepAliveTimeout: KEEP_ALIVE_MS };
  if (proxyUrl === undefined) return new Agent({ ...common, connect: { ...tls, ...connect } });
  if (!proxyUrl.startsWith('socks'))
    return new ProxyAgent({ ...common, uri: proxyUrl, requestTls: tls, connect });
  return new Socks5ProxyAgent(proxyUrl.replace(/^socks5h:/, 'socks5:'), { ...common, requestTls: tls });
}

function isSame(a: TlsOptions, b: TlsOptions): boolean {
  return (
    String(a.ca) === String(b.ca) &&
    String(a.cert) === String(b.cert) &&
    String(a.key) === String(b.key) &&
    a.rejectUnauthorized === b.rejectUnauthorized &&
    a.servername === b.servername
  );
}
