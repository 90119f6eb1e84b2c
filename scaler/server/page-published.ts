// The server that may be published through an Ingress or HTTPRoute: the page and the answer calendar under a base path,
// for those who have the token, and nothing else. It is a listener of its own, so that no rule of a proxy, however wrong,
// reaches metrics, API or health.
import { fastify } from 'fastify';
import type { StatusSource } from './api.ts';
import { addPageRoutes } from './page-routes.ts';
import { isToken, readToken, sentToken } from './page-token.ts';

export interface PublishedOptions {
  source: StatusSource;
  /** As in `--page-base-path`. */
  basePath: string;
  tokenFile: string;
}

export function makePublishedApp({ source, basePath, tokenFile }: PublishedOptions) {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1024 });
  const base = withSlashes(basePath);
  let current: string | undefined;

  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  // Before anything else, so that who has no token does not even learn what is there.
  app.addHook('onRequest', async (request, reply) => {
    const reading = await readToken(tokenFile);
    reply.type('text/plain; charset=utf-8');
    if ('problem' in reading) return reply.code(503).send('the page is closed: its token is not set up\n');
    current = reading.token;
    if (isToken(sentToken(request), reading.token)) return;
    return reply
      .code(401)
      .header('www-authenticate', 'Bearer realm="warm nodes"')
      .send(
        'expected the token of this page: open it with ?token=... or send it as Authorization: Bearer ...\n',
      );
  });

  addPageRoutes(app, { source, base, token: () => current });
  if (base !== '/') {
    // Links on the page are relative to its folder.
    app.get(base.slice(0, -1), async (request, reply) => {
      const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
      return reply.redirect(`${base}${query}`, 308);
    });
  }
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .type('text/plain; charset=utf-8')
      .send(`nothing here; expected ${base} or ${base}calendar.ics\n`),
  );
  return app;
}

/** `/services/warm-nodes` -> `/services/warm-nodes/`. */
export function withSlashes(basePath: string): string {
  const inner = basePath.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '/' : `/${inner}/`;
}
