/** Counts failed boots: a board that keeps failing rests, and its console stays free. */

export interface Boots {
  /** Too many boots in a row failed: this one rests. */
  readonly isSafe: boolean;
}

/** Failed boots in a row before the board rests: it was not online an hour after any of them. */
export const BOOTS_BEFORE_REST = 5;
/** How long it rests before the next try; also the age at which a boot counts as successful, if it is online. In ms. */
export const REST = 3600000;
/**
 * A chip's clock below this means a power-on or a reset by hand, in ms: it keeps running through every other restart.
 */
export const POWER_ON = 3000;

/**
 * Call it once, early in the boot. A power-on or a reset by hand is not counted and never rests.
 * @param isPowerOn the chip's clock shows less than {@link POWER_ON}
 * @param recall returns the saved number; undefined if there is none
 * @param keep saves a number across reboots
 */
export function createBoots(isPowerOn: boolean, recall: () => unknown, keep: (count: number) => void): Boots {
  const count = +(recall() as string) || 0;
  const isSafe = !isPowerOn && count >= BOOTS_BEFORE_REST;
  // One try after the rest; if it fails, another rest.
  if (!isPowerOn) keep(isSafe ? BOOTS_BEFORE_REST - 1 : count + 1);
  return { isSafe };
}
