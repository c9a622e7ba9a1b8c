/** Counts the boots that never came online, so that a board which cannot work rests and its console stays free. */

export interface Boots {
  /** Too many boots in a row failed: this one is to rest. */
  readonly isSafe: boolean;
  /** The board came online: the next boot is the first again. */
  online(): void;
}

/** Boots in a row that never came online, before the board rests. */
export const BOOTS_BEFORE_REST = 5;
/** How long it rests before it tries once more, in ms. */
export const REST = 3600000;

/**
 * To be called once, early in the boot.
 * @param recall gets what was kept over reboots; undefined when nothing was
 * @param keep keeps a number over reboots
 * @param forget forgets it
 */
export function createBoots(recall: () => unknown, keep: (count: number) => void, forget: () => void): Boots {
  let count = +(recall() as string) || 0;
  const isSafe = count >= BOOTS_BEFORE_REST;
  // After the rest, or a reset by hand, there is one try; and the same again if it fails.
  count = isSafe ? BOOTS_BEFORE_REST - 1 : count + 1;
  keep(count);
  return {
    isSafe,
    online() {
      forget();
    },
  };
}
