/** Commands sent to a board, from wherever on the page, with their answers. */

import { signal } from "@preact/signals";
import { sendCommand } from "./server.ts";

export interface Sent {
  readonly board: string;
  readonly seq: number;
  readonly text: string;
  /** When it was sent, by the page's clock. */
  readonly start: number;
  /** The server's id for it; empty until the server responds. */
  readonly command: string;
  /** undefined while awaited; null after the timeout. */
  readonly answer: string | null | undefined;
  readonly isError: boolean;
  readonly ms: number;
}

/** Most commands kept, all of one board. */
const MAXIMUM = 5;

/** The latest commands, newest first. */
export const sentCommands = signal<readonly Sent[]>([]);

/** @returns why the board did not obey; empty if it did, or has not answered yet */
export async function send(board: string, text: string): Promise<string> {
  const older = sentCommands.peek().filter((one) => one.board === board);
  const seq = (older[0]?.seq ?? 0) + 1;
  const start = performance.now();
  const asked = { board, seq, text, start, command: "", answer: undefined, isError: false, ms: 0 };
  sentCommands.value = [asked, ...older].slice(0, MAXIMUM);

  function finish(what: Partial<Sent>): void {
    const ms = performance.now() - start;
    sentCommands.value = sentCommands
      .peek()
      .map((one) => (one.board === board && one.seq === seq ? { ...one, ms, ...what } : one));
  }

  try {
    const answered = await sendCommand(board, text);
    finish(answered);
    return answered.answer?.startsWith("error") === true ? answered.answer : "";
  } catch (error) {
    const { message } = error as Error;
    finish({ answer: message, isError: true });
    return message;
  }
}
