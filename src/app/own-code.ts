/** Runs the board's own code (board-code.ts): reports what it throws, and carries on. */

import type { OwnBoard, Reading } from "../board-code";

/** Starts it. */
export function startOwn(start: (board: OwnBoard) => void, board: OwnBoard): void {
  try {
    start(board);
  } catch (e) {
    board.say("Own code: start failed: " + errorText(e));
  }
}

/** The value of a source; NaN, which is not reported, when it throws. */
export function readOwn(
  name: string,
  source: () => Reading | undefined,
  say: (line: string) => void,
): Reading | undefined {
  try {
    return source();
  } catch (e) {
    say("Own code: source " + name + " failed: " + errorText(e));
    return NaN;
  }
}

/** The number that a source gives, for a rule; NaN if it throws, or gives none. */
export function numberOf(source: () => Reading | undefined): number {
  try {
    const value = source();
    return typeof value === "number" && value - value === 0 ? value : NaN;
  } catch {
    return NaN;
  }
}

/** The answer of a command. */
export function answerOf(obey: () => Reading | undefined): string {
  try {
    const answer = obey();
    return answer === undefined ? "done" : answer + "";
  } catch (e) {
    return "error: " + errorText(e);
  }
}

/** The text of anything thrown. */
export function errorText(thrown: unknown): string {
  return String((thrown && (thrown as Error).message) || thrown);
}
