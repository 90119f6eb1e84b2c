// The two things that may also be published: the page and the answer calendar, under a prefix, on any app. The page is
// made at most once a second however often it is asked for, so that nobody slows the scaler by looking.
import type { FastifyInstance } from 'fastify';
import type { PassReport } from '../pass.ts';
import type { StatusSource } from './api.ts';
import { page } from './page.ts';
import { answerKeeper } from './page-answer.ts';
import { pagePolicy } from './page-policy.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface PageRoutes {
  source: StatusSource;
  /** `/`, or a prefix such as `/services/warm-nodes/`; begins and ends with a slash. */
  base: string;
  /** The token that links must carry, where there is one. */
  token?(): string | undefined;
}

export function addPageRoutes(
  app: FastifyInstance,
  { source, base, token = () => undefined }: PageRoutes,
): void {
  const policy = pagePolicy(PAGE_STYLE, PAGE_SCRIPT);
  const pageNow = rememberingPage(source);
  const answer = answerKeeper(source);

  app.get(base, async (_request, reply) =>
    reply.headers(policy).type('text/html; charset=utf-8').send(pageNow(token())),
  );
  app.get<{ Querystring: { pool?: unknown } }>(`${base}calendar.ics`, async (request, reply) => {
    const { code, text, etag } = answer(request.query, request.headers['if-none-match']);
    if (etag !== undefined) reply.header('etag', etag).header('cache-control', 'private, no-cache');
    const type = code === 404 ? 'text/plain' : 'text/calendar';
    return reply.code(code).type(`${type}; charset=utf-8`).send(text);
  });
}

function rememberingPage(source: StatusSource): (token: string | undefined) => string {
  let last:
    | { report: PassReport | undefined; second: number; token: string | undefined; text: string }
    | undefined;
  return (token) => {
    const report = source.report();
    const second = Math.floor(source.now() / 1_000);
    if (last === undefined || last.report !== report || last.second !== second || last.token !== token)
      last = { report, second, token, text: String(page({ source, ...(token !== undefined && { token }) })) };
    return last.text;
  };
}
