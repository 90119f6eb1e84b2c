// The page's only script: every 30 s, while it is seen and no text is selected, it puts a new copy of itself in its place;
// what was folded out stays open, and the keyboard stays where it was. Without scripts the page is read again by hand.
// It is sent in the page, and allowed there by its hash.
export const PAGE_SCRIPT = `
'use strict';
(() => {
  const age = document.getElementById('age');
  let seen = Date.now();
  const refresh = async () => {
    if (document.hidden || String(getSelection()) !== '') return;
    try {
      const answer = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(10000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const copy = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const open = [...document.querySelectorAll('details[open]')].map((details) => details.id);
      const { activeElement } = document;
      const fold = activeElement.closest('details')?.id;
      const link = activeElement.getAttribute('href');
      for (const part of ['header', 'main']) {
        document.querySelector(part).replaceWith(document.adoptNode(copy.querySelector(part)));
      }
      for (const id of open) document.getElementById(id)?.setAttribute('open', '');
      if (fold) document.getElementById(fold)?.querySelector('summary').focus({ preventScroll: true });
      else if (link) [...document.links].find((a) => a.getAttribute('href') === link)?.focus({ preventScroll: true });
      document.title = copy.title;
      seen = Date.now();
      age.textContent = '';
    } catch {
      age.textContent = 'No new answer for ' + Math.round((Date.now() - seen) / 1000) + ' s: what you see is old.';
    }
  };
  setInterval(refresh, 30000);
  document.addEventListener('visibilitychange', refresh);
})();
`;
