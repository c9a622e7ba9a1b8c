/** The server's time, each second while the page is visible. */

import { signal } from "@preact/signals";

/** How far the server's clock is ahead of the page's, in ms: a phone's may be wrong. */
let ahead = 0;

/** ms since 1970 */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) tick();
}, 1000);

function tick(): void {
  now.value = Date.now() + ahead;
}

export function setClock(time: number): void {
  ahead = time - Date.now();
  tick();
}

/** Whole seconds until now. @param time ms since 1970 */
export function secondsSince(time: number): number {
  return Math.max(0, Math.floor((now.value - time) / 1000));
}
