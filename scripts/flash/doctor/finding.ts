/** The result of a check. */

/** `wrong`: something will not work; `warning`: it may work; `skipped`: not checked. */
export type State = "ok" | "warning" | "wrong" | "skipped";

export interface Finding {
  readonly state: State;
  /** What was found, or why the check was skipped, as readable text. */
  readonly found: string;
  /** What to do about it; every `wrong` has one. */
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
