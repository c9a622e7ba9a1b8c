/** Reboots the board when nothing else is left to try. */

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
 * @param succeeded called at each full hour since the boot, if the board is online
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
        reboot("No platform for " + withoutPlatform / 1000 + " s");
      }
    },
  };
}
