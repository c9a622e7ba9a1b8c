/** Reboots the board when nothing else is left to try. */

import { rules } from "virtual:features";
import { REST } from "./boots";

/** The board does not reboot itself before this age, in ms: twice an hour at most. */
export const EARLIEST = 1800000;

export interface LastResorts {
  /** Time passed, in ms; called once a second. */
  tick(now: number): void;
}

/**
 * @param withoutPlatform longest time offline, in ms, {@link EARLIEST} or more; 0: no limit
 * @param reboot gets a readable reason
 * @param succeeded called at each full hour since the boot, if the board is online; with rules also before a reboot for want
 *   of a platform, which is no failed boot: in safe mode the rules would rest
 */
export function createLastResorts(
  withoutPlatform: number,
  isOnline: () => boolean,
  reboot: (why: string) => void,
  succeeded: () => void,
): LastResorts {
  /** When the board was last online. */
  let onlineAt = 0;
  return {
    tick(now) {
      if (isOnline()) {
        onlineAt = now;
        if (!(now % REST)) succeeded();
      } else if (withoutPlatform && now - onlineAt >= withoutPlatform) {
        if (rules) succeeded();
        reboot("No platform for " + withoutPlatform / 1000 + " s");
      }
    },
  };
}
