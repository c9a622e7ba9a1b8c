/** The last resort of a board that is online and whose publishes do not arrive. */

/** Publishes that fail in a row before the board is rebooted. */
export const FAILURES_BEFORE_REBOOT = 3;

/**
 * @param reboot is called at the third failure in a row
 * @returns to be told of each publish whether it succeeded
 */
export function createFailureCount(reboot: () => void): (succeeded: boolean) => void {
  let failures = 0;
  return function (succeeded) {
    failures = succeeded ? 0 : failures + 1;
    if (failures === FAILURES_BEFORE_REBOOT) reboot();
  };
}
