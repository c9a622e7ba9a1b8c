/** What is loaded once it is needed, or the page is at rest. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

export const loadPlot = () => import("./plot-view.tsx");
export const loadPacket = () => import("./packet.tsx");
export const loadProjector = () => import("./projector.tsx");
export const loadPartCards = () => import("./part-cards.tsx");

/** Time before another try, in ms. */
const RETRY = 1000;

/** Set in the tab's storage by a page that has reloaded itself, until it has loaded what it wanted. */
const RELOADED = "onenet-espruino.reloaded";

/** Tries until the server is back. One with other code than this page's has other scripts: then the page reloads, once. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const loaded = await load();
      sessionStorage.removeItem(RELOADED);
      return loaded;
    } catch {
      const isThere = await fetch("icon.svg", { cache: "no-store" }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isThere && sessionStorage.getItem(RELOADED) === null) {
        sessionStorage.setItem(RELOADED, "yes");
        location.reload();
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}

/** What is loaded, once it is needed and here; else undefined. */
export function useLoaded<T extends object>(load: () => Promise<T>, isNeeded = true): T | undefined {
  const loaded = useSignal<T | undefined>(undefined);
  // Before the next frame: what is here already shows at once.
  useLayoutEffect(() => {
    if (isNeeded) void patiently(load).then((one) => (loaded.value = one));
  }, [isNeeded]);
  return isNeeded ? loaded.value : undefined;
}
