/** Names of packages' files that OneNET's console takes: up to 20 of `A–Z a–z 0–9 . _ -`. */

const LONGEST = 20;
const END = ".bin";

/**
 * `<board>-<version>.bin`. If that is too long, the board's name loses its end; if another package of this run has that
 * name, a number takes the place of its last characters. A version without room for a board's name loses its end, too.
 * @returns names boards' packages, each differently
 */
export function createPackageNames(): (board: string, version: string) => string {
  const taken = new Set<string>();
  return (board, version) => {
    const clean = board.replace(/[^\w.-]/g, "_");
    for (let count = 1; ; count++) {
      const number = count === 1 ? "" : String(count);
      const rest = `${number}-${version}`.slice(0, LONGEST - END.length - 1) + END;
      const name = clean.slice(0, LONGEST - rest.length) + rest;
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  };
}
