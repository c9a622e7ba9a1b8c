/** What a check found. */

/** `wrong`: something will not work; `warning`: it works, or may; `skipped`: it was not looked at. */
export type State = "ok" | "warning" | "wrong" | "skipped";

export interface Finding {
  readonly state: State;
  /** What there is, or why it was not looked at, in words. */
  readonly found: string;
  /** What to do about it; of every `wrong`. */
  readonly remedy?: string;
}

/** A finding with the name of its check. */
export interface Row extends Finding {
  readonly check: string;
}

export const ok = (found: string): Finding => ({ state: "ok", found });
export const warning = (found: string, remedy: string): Finding => ({ state: "warning", found, remedy });
export const wrong = (found: string, remedy: string): Finding => ({ state: "wrong", found, remedy });
export const skipped = (reason: string): Finding => ({ state: "skipped", found: reason });
