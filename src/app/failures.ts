/** The last resort of a board that is online and whose publishes do not arrive. */

/** Publishes that fail in a row before the board is rebooted; those that fail together, with one link, count as one. */
export const FAILURES_BEFORE_REBOOT = 3;

export interface FailureCount {
  /** The board came online: what fails from now on fails with a new link. */
  online(): void;
  /** A publish succeeded or failed. */
  published(succeeded: boolean): void;
}

/** @param reboot is called at the third failure in a row */
export function createFailureCount(reboot: () => void): FailureCount {
  let failures = 0;
  let hasFailed = false;
  return {
    online() {
      hasFailed = false;
    },
    published(succeeded) {
      if (succeeded) failures = 0;
      else if (!hasFailed && ++failures === FAILURES_BEFORE_REBOOT) reboot();
      hasFailed = !succeeded;
    },
  };
}
