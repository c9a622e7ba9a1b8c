/** Measures memory use. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Reachable bytes of the heap, without garbage. */
export function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
