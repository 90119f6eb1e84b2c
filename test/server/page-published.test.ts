import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makePublishedApp } from '../../scaler/server/page-published.ts';
import { calm, sourceOf } from './page-scenes.ts';

const folder = mkdtempSync(join(tmpdir(), 'page-published-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TOKEN = 'a-token-of-this-test+/=';
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, `${TOKEN}\n`);
const QUERY = `token=${encodeURIComponent(TOKEN)}`;

const published = (basePath = '/services/warm-nodes', file = tokenFile) =>
  makePublishedApp({ source: sourceOf(calm), basePath, tokenFile: file });
const get = async (url: string, { headers = {}, app = published() } = {}) => {
  const answer = await app.inject({ url, headers });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
};
const BEARER = { authorization: `Bearer ${TOKEN}` };

describe('the published page', () => {
  it('opens with the token in the address or in a header', async () => {
    expect(await get(`/services/warm-nodes/?${QUERY}`)).toMatchObject({ status: 200 });
    expect(await get('/services/warm-nodes/', { headers: BEARER })).toMatchObject({ status: 200 });
    expect(await get(`/services/warm-nodes/calendar.ics?pool=data8&${QUERY}`)).toMatchObject({ status: 200 });
  });
  it('stays closed without the token, with another, with a part of it, or with two', async () => {
    for (const query of [
      '',
      '?token=',
      '?token=other',
      `?token=${TOKEN.slice(0, -1)}`,
      `?${QUERY}&${QUERY}`,
    ]) {
      for (const path of ['/services/warm-nodes/', '/services/warm-nodes/calendar.ics', '/metrics', '/']) {
        expect(await get(`${path}${query}`)).toMatchObject({
          status: 401,
          body: expect.stringContaining('expected the token of this page'),
        });
      }
    }
    expect(await get('/services/warm-nodes/', { headers: { authorization: 'Bearer other' } })).toMatchObject({
      status: 401,
    });
  });
  it('is all there is: metrics, API and health are not behind it', async () => {
    const paths = ['/', '/metrics', '/api/v1/status', '/api/v1/plan', '/livez', '/readyz', '/calendar.ics'];
    const inside = paths
      .map((path) => `/services/warm-nodes${path}`)
      .filter((path) => !/\/$|\.ics$/.test(path));
    for (const path of [...paths, ...inside]) {
      expect([path, (await get(path, { headers: BEARER })).status]).toEqual([path, 404]);
    }
    expect(
      (await published().inject({ method: 'POST', url: '/services/warm-nodes/', headers: BEARER }))
        .statusCode,
    ).toBe(404);
  });
  it('sends the path without its last slash to the one with it, token and all', async () => {
    const { status, headers } = await get(`/services/warm-nodes?${QUERY}`);
    expect([status, headers.location]).toEqual([308, `/services/warm-nodes/?${QUERY}`]);
  });
  it('can be at the root', async () => {
    for (const root of ['/', '']) {
      expect(await get('/', { headers: BEARER, app: published(root) })).toMatchObject({ status: 200 });
    }
  });
  it('has links to the answer calendar that a calendar app can use as they are', async () => {
    const { body } = await get(`/services/warm-nodes/?${QUERY}`);
    const [, link] = /href="(calendar\.ics\?[^"]*)"/.exec(body) ?? [];
    expect(link).toBe(`calendar.ics?${QUERY}`);
    expect(await get(`/services/warm-nodes/${link}`)).toMatchObject({ status: 200 });
  });
  it('is kept out of caches and of the addresses that other hosts see', async () => {
    expect((await get(`/services/warm-nodes/?${QUERY}`)).headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });
  it('takes a new token at once', async () => {
    const file = join(folder, 'changing');
    writeFileSync(file, 'the-first-token-there-was');
    const app = published('/', file);
    const status = async (token: string) => (await get(`/?token=${token}`, { app })).status;
    expect(await status('the-first-token-there-was')).toBe(200);
    writeFileSync(file, 'another-token-that-is-new');
    expect(await status('the-first-token-there-was')).toBe(401);
    expect(await status('another-token-that-is-new')).toBe(200);
    expect((await get('/?token=another-token-that-is-new', { app })).body).not.toContain('the-first-token');
  });
  it('lets nobody in while there is no token, an empty one or one that is too short', async () => {
    writeFileSync(join(folder, 'empty'), '\n');
    writeFileSync(join(folder, 'short'), 'secret');
    for (const name of ['missing', 'empty', 'short']) {
      const app = published('/', join(folder, name));
      for (const query of ['', '?token=', '?token=secret', '?token=undefined']) {
        expect(await get(`/${query}`, { app })).toMatchObject({
          status: 503,
          body: expect.not.stringContaining(folder),
        });
      }
    }
  });
});
