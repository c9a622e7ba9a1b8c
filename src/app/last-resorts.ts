/** When a reboot is the last thing left to try. */

/** Links in a row on which a publish failed and none succeeded, before the board is rebooted. */
export const FAILURES_BEFORE_REBOOT = 3;

export interface LastResorts {
  /** Time passed, in ms. */
  tick(now: number): void;
  /** The board came online. */
  online(): void;
  /** It is online no more. */
  offline(): void;
  /** A publish arrived, or failed. */
  published(succeeded: boolean): void;
}

/**
 * @param withoutPlatform longest time without being online, in ms; 0: for ever
 * @param reboot is told why, in words
 */
export function createLastResorts(withoutPlatform: number, reboot: (why: string) => void): LastResorts {
  let failures = 0;
  let hasFailed = false;
  let isOnline = false;
  /** When the board was online last. */
  let seenAt = 0;
  return {
    tick(now) {
      if (isOnline) seenAt = now;
      else if (withoutPlatform && now - seenAt >= withoutPlatform) {
        reboot("No platform for " + withoutPlatform / 1000 + " s");
      }
    },
    online() {
      isOnline = true;
      hasFailed = false;
    },
    offline() {
      isOnline = false;
    },
    published(succeeded) {
      if (succeeded) failures = 0;
      else if (!hasFailed && ++failures === FAILURES_BEFORE_REBOOT) reboot("Three publishes failed in a row");
      hasFailed = !succeeded;
    },
  };
}
