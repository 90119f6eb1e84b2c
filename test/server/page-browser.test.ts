import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StatusSource } from '../../scaler/server/api.ts';
import { makeApp } from '../../scaler/server/app.ts';
import { browserTitle, canBrowse, openBrowser } from '../support/browser.ts';
import { aPoolReport, aReport } from '../support/report.ts';
import { HOUR, NOW } from '../support/world.ts';
import { aBooking, aTypo, calm, SCENES, sourceOf } from './page-scenes.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  colorScheme: 'dark',
};
const DARK: BrowserContextOptions = { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' };
const LIGHT: BrowserContextOptions = { viewport: { width: 1100, height: 900 }, colorScheme: 'light' };

describe.skipIf(!canBrowse)(browserTitle('the page in a browser'), () => {
  let browser: Browser;
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  /** What went wrong in the page: errors, and requests to anywhere but our own server. */
  async function open(source: StatusSource, options: BrowserContextOptions = LIGHT) {
    const app = makeApp({
      health: () => ({ clusterRead: true, passed: true, failing: [] }),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      status: source,
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const context = await browser.newContext(options);
    closing.push(() => context.close().then(() => app.close()));
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('console', (message) => wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('dialog', (dialog) => {
      wrong.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      const asked = request.url();
      if (!asked.startsWith(`${url}/`) && !asked.startsWith('data:image/svg')) wrong.push(asked);
    });
    await page.goto(url);
    return { page, wrong, app };
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(`(() => { ${AXE} })()`);
    const found = (await page.evaluate('axe.run(document)')) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  const looks = { 'wide and light': LIGHT, 'on a phone and dark': PHONE };
  const cases = Object.keys(SCENES).flatMap((scene) => Object.keys(looks).map((look) => ({ scene, look })));
  it.each(cases)(
    '$scene, $look: axe finds nothing, nothing is blocked or wider than the screen',
    async ({ scene, look }) => {
      const { page, wrong } = await open(sourceOf(SCENES[scene] ?? {}), looks[look as keyof typeof looks]);
      expect(await violations(page)).toEqual([]);
      expect(wrong).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    },
  );

  it('is dark where the reader has asked for that', async () => {
    const background = async (options: BrowserContextOptions) => {
      const { page } = await open(sourceOf(calm), options);
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect(await background(LIGHT)).toBe('rgb(245, 246, 248)');
    expect(await background(DARK)).toBe('rgb(15, 19, 24)');
  });

  it('draws a booking at its hours, as high as its count, the baseline under it', async () => {
    const { page } = await open(
      sourceOf({ ...calm, bookings: [aBooking(Date.UTC(2026, 10, 24, 8), 24, { count: 4 })] }),
    );
    const box = async (part: string) => {
      const found = await page.locator(`#pool-data8 .timeline ${part}`).boundingBox();
      return found ?? expect.fail(`there is no ${part}`);
    };
    const [booked, kept, drawing] = [await box('path.booked'), await box('path.kept'), await box('svg')];
    const day = drawing.width / 8;
    expect((booked.x - drawing.x) / day).toBeCloseTo(1, 1);
    expect(booked.width / day).toBeCloseTo(1, 1);
    expect(booked.height / kept.height).toBeCloseTo(4, 1);
  });

  it('runs nothing that somebody typed, and shows it as typed', async () => {
    const title = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const typed = { ...aTypo, line: title, event: { uid: 'x', title, startMs: NOW, endMs: NOW + HOUR } };
    const scene = {
      ...calm,
      bookings: [aBooking(NOW + HOUR, 1, { title })],
      report: aReport({ problems: [typed], pools: [aPoolReport({ foreign: title })] }),
    };
    const { page, wrong } = await open(sourceOf(scene));
    expect(await page.locator('#problems h3').textContent()).toContain(title);
    expect(await page.locator('#pool-data8 table').first().textContent()).toContain(title);
    expect(await page.locator('img, main script').count()).toBe(0);
    expect(wrong).toEqual([]);
  });

  it('refuses a script that got into it all the same', async () => {
    const { page, wrong } = await open(sourceOf(calm));
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken"';
      document.body.append(script);
    }`);
    expect(await page.title()).not.toBe('taken');
    expect(wrong.join()).toContain('Content Security Policy');
  });

  it('renews itself, and what was folded out stays open', async () => {
    let problems = aReport().problems;
    const source = sourceOf({ ...calm, report: undefined });
    let now = NOW;
    const report = calm.report ?? aReport();
    const live = { ...source, now: () => now, report: () => ({ ...report, startedMs: now, problems }) };
    const { page, wrong } = await open(live);
    await page.locator('#more-data8 summary').click();
    problems = [aTypo];
    now += 60_000;
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.locator('#problems').waitFor();
    expect(await page.locator('#more-data8').getAttribute('open')).toBe('');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    expect(await page.title()).toBe('(1 problem) Warm nodes');
    expect(wrong).toEqual([]);
  });

  it('says so when it gets no new answer', async () => {
    const { page, app } = await open(sourceOf(calm));
    await app.close();
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.getByText('what you see is old').waitFor();
  });

  it('can be used without scripts', async () => {
    const { page, wrong } = await open(sourceOf(calm), { ...LIGHT, javaScriptEnabled: false });
    await page.locator('#more-data8 summary').click();
    expect(await page.getByText('Data 8 midterm').count()).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
