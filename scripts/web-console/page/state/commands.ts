/** Commands sent to a board, from wherever on the page, with their answers. */

import { signal } from "@preact/signals";
import { sendCommand, sendCommands } from "./server.ts";
import { words } from "../words/index.ts";
import { boardSignal, rests } from "./store.ts";

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

/** Colours to send once those before them are answered, by board. */
const latest = new Map<string, string>();

/** Sends one colour at a time; of those picked meanwhile, only the last. They share a line among the answers. */
export async function sendLatest(board: string, colour: string): Promise<void> {
  const isBusy = latest.has(board);
  latest.set(board, colour);
  if (isBusy) return;
  let sent = "";
  for (let next = colour; next !== sent; next = latest.get(board) ?? sent) {
    await send(board, next, sent !== "");
    sent = next;
  }
  latest.delete(board);
}

/**
 * @param isNext whether it takes the place of the command before it
 * @returns why the board did not obey; empty if it did, or has not answered yet
 */
export async function send(board: string, text: string, isNext = false): Promise<string> {
  const known = sentCommands.peek().filter((one) => one.board === board);
  const seq = (known[0]?.seq ?? 0) + 1;
  const older = isNext ? known.slice(1) : known;
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

/** A command to several boards, as far as it is done. */
export interface GroupSent {
  readonly text: string;
  readonly boards: number;
  readonly answered: number;
  /** Those that did not obey, with the reason. */
  readonly failed: readonly { readonly board: string; readonly title: string; readonly why: string }[];
}

/** The latest command to several boards. */
export const groupSent = signal<GroupSent | undefined>(undefined);

/** Sends a command to boards. A later call takes the place of this one on the page. */
export async function sendToGroup(ids: readonly string[], text: string): Promise<void> {
  const say = words.peek();
  const { noAnswer } = say;
  const online = ids.filter((id) => boardSignal(id)?.peek().isOnline === true);
  const failure = (board: string, why: string) => {
    const { title = board } = boardSignal(board)?.peek() ?? {};
    return { board, title, why };
  };
  let sent: GroupSent = {
    text,
    boards: ids.length,
    answered: 0,
    failed: ids
      .filter((id) => !online.includes(id))
      .map((id) => {
        const board = boardSignal(id)?.peek();
        return failure(id, board && rests(board) ? say.isAsleep : say.isOffline);
      }),
  };
  let shown = sent;
  groupSent.value = sent;
  function update(change: Partial<GroupSent>): void {
    sent = { ...sent, ...change };
    if (groupSent.peek() !== shown) return;
    groupSent.value = shown = sent;
  }
  if (online.length === 0) return;
  const awaited = new Set(online);
  await sendCommands(online, text, ({ board, answer, error }) => {
    awaited.delete(board);
    const why = error ?? (answer === null ? noAnswer : answer.startsWith("error") ? answer : undefined);
    if (why === undefined) update({ answered: sent.answered + 1 });
    else update({ failed: [...sent.failed, failure(board, why)] });
  }).then(
    () => giveUp(noAnswer),
    (error: unknown) => giveUp((error as Error).message),
  );
  function giveUp(why: string): void {
    update({ failed: [...sent.failed, ...[...awaited].map((id) => failure(id, why))] });
  }
}
