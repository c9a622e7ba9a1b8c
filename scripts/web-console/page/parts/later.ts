/** What is loaded once it is needed, or the page is at rest. */

export const loadPlot = () => import("./plot.ts");
export const loadPacket = () => import("./packet.tsx");

/** Time before another try, in ms. */
const RETRY = 1000;

/** Tries until the server is back. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}
