/**
 * A slot: a file in flash with a program that an update brought, `app0` or `app1`. The loader (scripts/boards/update/slots.ts)
 * chooses one of the two; the program writes the other one (updater.ts).
 *
 *     //<task><marks><package>
 *
 * It runs from flash as it is, because the head begins a comment that the first line of the package ends. The task is the
 * number of the platform's, up to 23 digits; the rest of its field is erased. A mark is a byte that is erased (255) until it
 * is set, which NOR flash does in place. Nothing in a slot is ever written twice.
 */

/** Its name, before its number. */
export const SLOT = "app";
/** Where the number of the task is, and the length of its field. */
export const TASK = 2;
export const TASK_LENGTH = 23;

/** Marks, by their place. */
export const enum Mark {
  /** Starts on trial. */
  FirstStart = 25,
  SecondStart,
  ThirdStart,
  /** The package is there and was checked: it may run. */
  Whole,
  /** It was online for long enough, and the platform knows. */
  Good,
  /** It was refused, or has failed on trial, and the platform knows. */
  Bad,
}

/** Where the package is. */
export const PACKAGE = 31;
/** A mark, set and not set. */
export const SET = ".";
export const ERASED = "\xff";
/** Most bytes of a slot's head and the first line of its package. */
export const LONGEST_HEADS = 128;

/** Words of these two, between blanks. */
export const enum Word {
  Version = 1,
  Time,
  /** In bytes of the program, which follows a line end. */
  Size,
}
