// A real browser for tests: Debian's Chromium, driven by playwright-core. Where it is not installed its tests are skipped
// with the command that installs it; with CI=true they run, and fail.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

export const canBrowse = existsSync(CHROMIUM) || process.env.CI === 'true';
export const browserTitle = (text: string) =>
  canBrowse ? text : `${text} (no ${CHROMIUM}, install with: apt-get install chromium)`;

/** Without its sandbox: that one needs rights that containers lack, and it is shown our own pages only. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}
