/** Talks to the interpreter at the other end of a port: questions, answers, and the lines it prints. */

import { isUtf8 } from "node:buffer";
import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { UserError } from "../cli/command.ts";
import { createLineReader, withoutEscapes, withoutLog } from "../cli/console-text.ts";
import { closePort } from "./port.ts";
import { t } from "../cli/language.ts";

export interface LinkEvents {
  /** A line from the board as displayed, cut at {@link LONGEST_LINE}; without the drivers' log. */
  line: [text: string];
  /** Raw bytes from the board. */
  bytes: [bytes: Buffer];
  closed: [];
}

export interface LinkOptions {
  /** Unlocks a console that asks for a password. */
  readonly password?: string | undefined;
  /** Where that password comes from, for the error message: `boards/kitchen.json`. */
  readonly passwordFrom?: string | undefined;
}

export interface Question {
  /** Time-out for the answer, in ms; {@link AWAY} by default. */
  readonly patience?: number;
  /** Whether Ctrl-C may stop what the board is running if it has not answered for a few seconds; true by default. */
  readonly mayInterrupt?: boolean;
  /** Called if there is no answer after {@link SOON}, to let the user know about the wait. */
  readonly onLate?: () => void;
}

export interface Answer {
  /** The expression's value, by way of JSON, its bytes read as text; undefined without an answer or after an error. */
  readonly value: unknown;
  /** What the expression threw on the board, as text. */
  readonly error?: string;
  /** Whether the board answered at all. */
  readonly isAnswered: boolean;
  /** The last 8192 bytes received until then, as characters 0–255. */
  readonly heard: string;
}

/** The console asks for a password that the link does not have. */
export class LockedError extends UserError {}

export interface BoardLink {
  readonly events: EventEmitter<LinkEvents>;
  readonly port: Duplex;
  /** Runs a line on the board, without echo. A locked console ignores it, so ask something first. */
  run(line: string): void;
  /**
   * Evaluates an expression on the board. The question is repeated, because the board may just be starting, so it must
   * not change anything. Types the password if the console asks for it.
   * @param question options; a number is the patience
   * @throws LockedError
   */
  ask(expression: string, question?: Question | number): Promise<Answer>;
  /** Resolves when the prompt, which follows an answer, is the last output received; after 1 s at the latest. */
  untilPrompt(): Promise<void>;
  isClosed(): boolean;
  close(): Promise<void>;
}

/**
 * How long an interpreter may stay unresponsive, in ms: opening a connection blocks it, for 19.5 s on an ESP32-C3 or
 * -S3, after up to 7 s to resolve a name. If it is still silent after this, it receives nothing.
 */
export const AWAY = 30_000;
/** Time after which an answer is late, in ms. */
export const SOON = 4000;

/** Most bytes kept of output that is not an answer. */
const HEARD = 8192;
/** When a question is repeated, in ms: rarely, because a board that was blocked answers every one of them. */
const ASK_AGAIN = [1500, 3000, 7000, 14_000, 22_000];
/** From this index on, Ctrl-C is sent first. */
const WITH_CTRL_C = 1;
/** Longest wait for the console to accept the password after its first response, in ms. */
const LOGIN_TIME = 3000;
/** Longest output searched for the password prompt, in bytes. */
const PROMPT = 200;

/** Longest wait for a prompt, in ms. */
const PROMPT_TIME = 1000;

/** Delimiters of an answer; the echo of a question does not contain them. */
const [BEGIN, END] = ["\x02", "\x03"];

export function linkTo(port: Duplex, { password, passwordFrom }: LinkOptions = {}): BoardLink {
  const events = new EventEmitter<LinkEvents>();
  events.setMaxListeners(0);
  let isClosed = port.destroyed;
  let questions = 0;
  let last = "";
  /** Questions that have typed the password and await its acceptance. */
  let logins = 0;

  // A console that turns out to be unlocked echoes the password.
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
      /** Output since the password was typed, until the console accepts it. */
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
          // Lines already in transit when the password arrived are refused as well: ignore those.
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
 * Whether a console is asking for its password: it answers each line with `Invalid password` and this prompt.
 * @param heard the latest output, characters 0–255
 */
export function wantsPassword(heard: string): boolean {
  return /(?:^|[\r\n])password>$/.test(withoutEscapes(heard.slice(-PROMPT)));
}

/** @param password the one that was tried */
export function explainLock(password: string | undefined, from: string | undefined): string {
  const file = from ?? t`the board file`;
  return password
    ? t`the board's console has a different password: console.password in ${file} must match the script the board is running`
    : t`the board's console needs a password, but ${file} has none: set console.password there`;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json, (_key, value: unknown) => (typeof value === "string" ? textOf(value) : value));
  } catch {
    return undefined;
  }
}

/** A board's strings are bytes, 0–255; those that are not valid UTF-8 stay unchanged. */
function textOf(bytes: string): string {
  const buffer = Buffer.from(bytes, "latin1");
  return buffer.toString("latin1") === bytes && isUtf8(buffer) ? buffer.toString("utf8") : bytes;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : t`an error`;
}
