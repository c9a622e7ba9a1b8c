/** Rules of which nobody knows whether the platform has them. */

import type { Reporter } from "./events.ts";
import { english } from "../cli/language.ts";

/**
 * Asks whether such a rule counts. If it does not, a notice says so, once for each device and rule.
 * @param what what the device did; sanitised
 */
export type Doubt = (device: string, what: string) => boolean;

/** Most notices remembered. */
const MAXIMUM_NOTICES = 10_000;

/** @param isStrict whether such rules count */
export function createDoubt(events: Reporter["events"], isStrict: boolean): Doubt {
  const noticed = new Set<string>();
  return (device, what) => {
    const notice = `${device} ${what}`;
    if (isStrict || noticed.has(notice)) return isStrict;
    if (noticed.size >= MAXIMUM_NOTICES) noticed.clear();
    noticed.add(notice);
    const detail = english`${what}: accepted, but the platform may refuse it; with --strict, so does the local OneNET`;
    events.emit("notice", { device, detail });
    return false;
  };
}
