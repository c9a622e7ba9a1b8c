/** A conversation with the interpreter at the other end of a port: questions, answers, and the lines that it prints. */

import { isUtf8 } from "node:buffer";
import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { UserError } from "./command.ts";
import { createLineReader, withoutEscapes, withoutLog } from "./console-text.ts";
import { closePort } from "./port.ts";

export interface LinkEvents {
  /** A line of the board as a person reads it, cut at {@link LONGEST_LINE}; none of the drivers' log. */
  line: [text: string];
  /** Raw bytes of the board. */
  bytes: [bytes: Buffer];
  closed: [];
}

export interface LinkOptions {
  /** Opens a console that asks for a password. */
  readonly password?: string | undefined;
  /** Where that password is from, for the error: `boards/kitchen.json`. */
  readonly passwordFrom?: string | undefined;
}

export interface Question {
  /** Longest wait for the answer, in ms; {@link AWAY} unless told. */
  readonly patience?: number;
  /** Whether Ctrl-C may stop what the board runs, when it has not answered for some seconds; true unless told. */
  readonly mayInterrupt?: boolean;
  /** Is called when there is no answer after {@link SOON}: what is waited for can be said then. */
  readonly onLate?: () => void;
}

export interface Answer {
  /** What JSON says of the expression's value, its bytes read as text; undefined when there was no answer, or an error. */
  readonly value: unknown;
  /** What the expression threw on the board, as text. */
  readonly error?: string;
  /** Whether the board answered at all. */
  readonly isAnswered: boolean;
  /** What came until then, the last 8192 bytes of it, characters 0–255. */
  readonly heard: string;
}

/** The console wants a password that the link does not have. */
export class LockedError extends UserError {}

export interface BoardLink {
  readonly events: EventEmitter<LinkEvents>;
  readonly port: Duplex;
  /** Runs a line on the board, without echo. A console that asks for its password takes none: ask something first. */
  run(line: string): void;
  /**
   * The value of an expression on the board. The question is asked again now and then, as a board may be about to start,
   * so it should change nothing. A password that the console wants is typed.
   * @param question how it is asked; a number is its patience
   * @throws LockedError
   */
  ask(expression: string, question?: Question | number): Promise<Answer>;
  /** Resolves when the last thing that came is the prompt, which follows an answer; after 1 s in any case. */
  untilPrompt(): Promise<void>;
  isClosed(): boolean;
  close(): Promise<void>;
}

/**
 * Patience with an interpreter, in ms: it is away for as long as a connection may take to open, 19.5 s on an ESP32-C3 or
 * -S3, after up to 7 s for a name. Whoever has said nothing until then hears nothing.
 */
export const AWAY = 30_000;
/** Time after which an answer is late, in ms. */
export const SOON = 4000;

/** Most that is kept of what came instead of an answer, in bytes. */
const HEARD = 8192;
/** Times at which a question is asked again, in ms: not often, as a board that was away answers each of them. */
const ASK_AGAIN = [1500, 3000, 7000, 14_000, 22_000];
/** From this one on with Ctrl-C. */
const WITH_CTRL_C = 1;
/** Longest wait for the word that the password was right, once the console has answered it, in ms. */
const LOGIN_TIME = 3000;
/** Bytes in which a console asks for its password. */
const PROMPT = 200;

/** Longest wait for a prompt, in ms. */
const PROMPT_TIME = 1000;

/** Around an answer; the echo of a question does not hold them. */
const [BEGIN, END] = ["\x02", "\x03"];

export function linkTo(port: Duplex, { password, passwordFrom }: LinkOptions = {}): BoardLink {
  const events = new EventEmitter<LinkEvents>();
  events.setMaxListeners(0);
  let isClosed = port.destroyed;
  let questions = 0;
  let last = "";
  /** Questions that have typed the password, and wait for the word that it was right. */
  let logins = 0;

  // A console that is open after all echoes the password.
  const withoutSecret = (text: string) => (password && logins > 0 ? text.replaceAll(password, "***") : text);
  const readLines = createLineReader((line) => events.emit("line", withoutSecret(line)));
  port.on("error", () => void closePort(port));
  port.on("close", () => {
    isClosed = true;
    events.emit("closed");
  });
  port.on("data", (bytes: Buffer) => {
    const text = bytes.toString("latin1");
    last = (last + text).slice(-PROMPT);
    events.emit("bytes", bytes);
    readLines(text);
  });

  const send = (text: string) => {
    if (port.writable) port.write(text, "latin1");
  };

  function ask(expression: string, question: Question | number = {}): Promise<Answer> {
    const {
      patience = AWAY,
      mayInterrupt = true,
      onLate,
    } = typeof question === "number" ? { patience: question } : question;
    const number = ++questions;
    const [start, stop] = [`String.fromCharCode(2)+"${number}`, "String.fromCharCode(3)"];
    const text =
      `\x10try{print(${start}:"+JSON.stringify(${expression})+${stop})}` +
      `catch(e){print(${start}!"+JSON.stringify(""+e)+${stop})}\n`;
    const pattern = new RegExp(`${BEGIN}${number}([:!])([^${BEGIN}${END}]*)${END}`);

    return new Promise((resolve, reject) => {
      let heard = "";
      /** What came since the password was typed, while the console has not said that it was right. */
      let login: string | undefined;
      let loginOver: NodeJS.Timeout | undefined;

      const put = (isAgain: boolean) => send(`${isAgain && mayInterrupt ? "\x03" : ""}\n${text}`);
      const timers = ASK_AGAIN.map((time, index) =>
        setTimeout(() => {
          if (login === undefined) put(index >= WITH_CTRL_C);
        }, time),
      );
      timers.push(setTimeout(() => done(), patience));
      if (onLate && patience > SOON) timers.push(setTimeout(onLate, SOON));

      function settle(): void {
        if (login !== undefined) logins--;
        for (const timer of [...timers, loginOver]) clearTimeout(timer);
        events.off("bytes", hear).off("closed", closed);
      }
      function done(answer: { value?: unknown; error?: string; isAnswered?: true } = {}): void {
        const text = withoutSecret(heard);
        settle();
        resolve({ value: undefined, isAnswered: false, ...answer, heard: text });
      }
      function closed(): void {
        done();
      }
      function hear(bytes: Buffer): void {
        const came = bytes.toString("latin1");
        heard = withoutLog(heard + came).slice(-HEARD);
        const [, kind, json = ""] = pattern.exec(heard) ?? [];
        if (kind === ":") return done({ value: parse(json), isAnswered: true });
        if (kind === "!") return done({ error: asText(parse(json)), isAnswered: true });
        if (login !== undefined) awaitLogin(came);
        else if (wantsPassword(heard)) typePassword();
      }
      function typePassword(): void {
        if (!password) return lockedOut();
        login = "";
        logins++;
        send(`\n${password}\n`);
      }
      function awaitLogin(came: string): void {
        login = withoutLog(login + came).slice(-HEARD);
        if (login.includes("Logged in.")) {
          login = undefined;
          logins--;
          clearTimeout(loginOver);
          loginOver = undefined;
          heard = "";
          put(false);
        } else if (login.includes("Invalid password")) {
          // Lines that were on their way when the password came are refused as well: those are no verdict.
          loginOver ??= setTimeout(lockedOut, LOGIN_TIME);
        }
      }
      function lockedOut(): void {
        settle();
        reject(new LockedError(explainLock(password, passwordFrom)));
      }

      events.on("bytes", hear).on("closed", closed);
      if (isClosed) return done();
      put(false);
    });
  }

  return {
    events,
    port,
    run: (text) => send(`\x10${text}\n`),
    ask,
    untilPrompt: () =>
      new Promise((resolve) => {
        const look = () => {
          if (!isClosed && !withoutEscapes(withoutLog(last)).endsWith(">")) return;
          clearTimeout(timer);
          events.off("bytes", look).off("closed", look);
          resolve();
        };
        const timer = setTimeout(() => {
          events.off("bytes", look).off("closed", look);
          resolve();
        }, PROMPT_TIME);
        events.on("bytes", look).on("closed", look);
        look();
      }),
    isClosed: () => isClosed,
    close: () => closePort(port),
  };
}

/**
 * Whether a console wants its password: the answer to each line that it gets, `Invalid password`, and its prompt.
 * @param heard what came last, characters 0–255
 */
export function wantsPassword(heard: string): boolean {
  return /(?:^|[\r\n])password>$/.test(withoutEscapes(heard.slice(-PROMPT)));
}

/** @param password the one that was tried */
export function explainLock(password: string | undefined, from: string | undefined): string {
  const file = from ?? "the board file";
  return password
    ? `the board asks for a password that is not the one in ${file}: console.password must be that of the script which the board runs`
    : `the board asks for a password, and ${file} has none: write it there as console.password`;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json, (_key, value: unknown) => (typeof value === "string" ? textOf(value) : value));
  } catch {
    return undefined;
  }
}

/** A board's strings are bytes, 0–255; those that are no UTF-8 stay as they are. */
function textOf(bytes: string): string {
  const buffer = Buffer.from(bytes, "latin1");
  return buffer.toString("latin1") === bytes && isUtf8(buffer) ? buffer.toString("utf8") : bytes;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "an error";
}
