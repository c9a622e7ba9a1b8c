/** Numbers in the arguments of commands. */

/** Longest number that is read; no useful one is longer. */
const LONGEST = 24;

/** The number in an argument, a percent sign after it or not; NaN if it is none, or not from `least` to `most`. */
export function numberIn(argument: string, least: number, most: number): number {
  const text = argument.replace(/%$/, "");
  // Without an exponent, which may take the interpreter minutes, and without zeros before it: to the interpreter 010 is 8.
  const number =
    text.length <= LONGEST && /^-*\d[\d.]*$/.test(text) ? +text.replace(/^(-*)0+(\d)/, "$1$2") : NaN;
  return number >= least && number <= most ? number : NaN;
}
