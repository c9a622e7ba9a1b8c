/** A conversation with the interpreter at the other end of a port: questions, answers, and the lines that it prints. */

import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { closePort } from "./port.ts";

export interface LinkEvents {
  /** A line of the board, without prompt and cursor movements, cut at {@link LONGEST_LINE}. */
  line: [text: string];
  /** Raw bytes of the board. */
  bytes: [bytes: Buffer];
  closed: [];
}

export interface BoardLink {
  readonly events: EventEmitter<LinkEvents>;
  readonly port: Duplex;
  /** Runs a line on the board, without echo. */
  run(line: string): void;
  /**
   * The value of an expression on the board.
   * @param patience ms; the question is asked again now and then, at last with Ctrl-C, as a board may be about to start
   * @returns undefined when there is none that JSON can say; `heard` is what came instead
   */
  ask(expression: string, patience: number): Promise<{ value: unknown; heard: string }>;
  isClosed(): boolean;
  close(): Promise<void>;
}

/** Longest line of a board that is kept, in characters. */
export const LONGEST_LINE = 500;
/** Most that is kept of what came instead of an answer, in bytes. */
const HEARD = 4096;
/** Time after which a question is asked again, in ms. */
const ASK_AGAIN = 1500;

/** Around an answer; the echo of a question does not hold them. */
const [BEGIN, END] = ["\x02", "\x03"];

export function linkTo(port: Duplex): BoardLink {
  const events = new EventEmitter<LinkEvents>();
  let line = "";

  let isClosed = false;

  port.on("error", () => void closePort(port));
  port.on("close", () => {
    isClosed = true;
    events.emit("closed");
  });
  port.on("data", (bytes: Buffer) => {
    events.emit("bytes", bytes);
    const lines = (line + bytes.toString("latin1")).split("\n");
    line = (lines.pop() ?? "").slice(-HEARD);
    for (const text of lines) events.emit("line", readable(text));
  });

  const send = (text: string) => {
    if (port.writable) port.write(text, "latin1");
  };

  async function ask(expression: string, patience: number): Promise<{ value: unknown; heard: string }> {
    const question = `\x10print(String.fromCharCode(2)+JSON.stringify(${expression})+String.fromCharCode(3))\n`;
    let heard = "";
    let answer: string | undefined;
    await new Promise<void>((resolve) => {
      let tries = 0;
      const repeat = () => send(`${tries++ < 2 ? "" : "\x03"}\n${question}`);
      const timer = setInterval(repeat, ASK_AGAIN);
      const end = () => {
        clearInterval(timer);
        clearTimeout(patienceEnd);
        events.off("bytes", hear).off("closed", end);
        resolve();
      };
      const patienceEnd = setTimeout(end, patience);
      const hear = (bytes: Buffer) => {
        heard = (heard + bytes.toString("latin1")).slice(-HEARD);
        const begin = heard.indexOf(BEGIN);
        const last = heard.indexOf(END, begin);
        if (begin < 0 || last < 0) return;
        answer = heard.slice(begin + 1, last);
        end();
      };
      events.on("bytes", hear).on("closed", end);
      repeat();
    });
    return { value: answer === undefined ? undefined : parse(answer), heard };
  }

  return {
    events,
    port,
    run: (text) => send(`\x10${text}\n`),
    ask,
    isClosed: () => isClosed,
    close: () => closePort(port),
  };
}

/** A line of the console as a person reads it. */
export function readable(bytes: string): string {
  const text = Buffer.from(bytes.slice(0, 4 * LONGEST_LINE), "latin1").toString("utf8");
  return text
    .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "") // eslint-disable-line no-control-regex -- what moves the cursor
    .replace(/\r>?/g, "")
    .replace(/^>(?=.)|^>$/, "")
    .replace(/\p{C}/gu, "")
    .slice(0, LONGEST_LINE);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
