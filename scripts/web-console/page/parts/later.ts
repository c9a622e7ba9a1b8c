/** What is loaded once it is needed, or the page is at rest. */

export const loadPlot = () => import("./plot.ts");
export const loadPacket = () => import("./packet.tsx");
