// The HTTP server: read-only, small answers, everything made from the last report. Routes only; what they answer is
// in health, metrics, api and page.
import { fastify } from 'fastify';
import { planAnswer, type StatusSource, statusAnswer } from './api.ts';
import { type HealthFacts, live, ready } from './health.ts';
import { addPageRoutes } from './page-routes.ts';

export interface AppOptions {
  health(): HealthFacts;
  /** The registry as Prometheus text, with its content type. */
  metrics(): Promise<{ contentType: string; text: string }>;
  status: StatusSource;
}

/** Not listening yet: `inject` in tests, `listen` in run. */
export function makeApp(options: AppOptions) {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1024 });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });

  const health = (path: string, answer: (facts: HealthFacts) => { ok: boolean; text: string }) =>
    app.get(path, async (_request, reply) => {
      const { ok, text } = answer(options.health());
      return reply
        .code(ok ? 200 : 503)
        .type('text/plain; charset=utf-8')
        .send(text);
    });
  health('/livez', live);
  health('/healthz', live);
  health('/readyz', ready);

  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await options.metrics();
    return reply.type(contentType).send(text);
  });

  app.get('/api/v1/status', async (_request, reply) => {
    const answer = statusAnswer(options.status);
    return reply.code(answer.code).send(answer.body);
  });
  app.get<{ Querystring: { from?: string; to?: string } }>('/api/v1/plan', async (request, reply) => {
    const answer = planAnswer(options.status, request.query);
    return reply.code(answer.code).send(answer.body);
  });

  addPageRoutes(app, { source: options.status, base: '/' });

  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      error: `nothing at ${request.method} ${request.url.split('?')[0]}; expected one of ${PATHS.join(', ')}`,
    }),
  );
  return app;
}

const PATHS = [
  '/',
  '/calendar.ics',
  '/livez',
  '/readyz',
  '/healthz',
  '/metrics',
  '/api/v1/status',
  '/api/v1/plan',
];
