/**
 * The interpreter's console as a terminal sees it: echo, prompt and the line being typed. Follows Espruino's
 * jsinteractive.c, without its history, cursor keys and debugger.
 */
import { tokenizer } from "acorn";

export interface ConsoleParts {
  /** Bytes for the terminal. */
  readonly send: (bytes: string) => void;
  /** Runs a whole line. @returns its value as the prompt shows it; undefined after an error */
  readonly run: (line: string) => string | undefined;
  /** Runs a turn of the idle loop before the next line is read. */
  readonly idle: () => void;
  readonly version: string;
  /** `process.env.BOARD` */
  readonly board: string;
}

export interface BoardConsole {
  /** Bytes from the terminal. */
  readonly receive: (bytes: string) => void;
  /** Prints the program's text; the prompt makes way and returns soon. */
  print(text: string): void;
  /** Resets as after a restart: echo on, an empty line. */
  readonly clear: () => void;
  /** Prints the logo. */
  readonly greet: () => void;
  readonly setEcho: (isOn: boolean) => void;
  /** `E.setPassword`: the password that unlocks the console; undefined for none. */
  readonly setPassword: (password: string | undefined) => void;
  /** `E.lockConsole`: from now on, asks for the password first, if there is one. */
  readonly lock: () => void;
  /** Resets as after a restart of the chip: no password, not locked. */
  readonly unlock: () => void;
}

/** Longest line in bytes, as the largest chip could hold; the rest of a longer one is lost. */
const LONGEST_LINE = 131072;

/** Bytes kept of a password being typed. */
const LONGEST_PASSWORD = 20;

const ERASE = "\r\x1b[J";

const LOGO = `
 ____                 _
|  __|___ ___ ___ _ _|_|___ ___
|  __|_ -| . |  _| | | |   | . |
|____|___|  _|_| |___|_|_|_|___|
         |_| espruino.com
`;

const KEY = {
  ctrlC: "\x03",
  ctrlE: "\x05",
  backspace: "\b",
  /** At the start of a line: run it without echo. */
  dataLinkEscape: "\x10",
  escape: "\x1b",
  delete: "\x7f",
} as const;

export function createConsole({ send, run, idle, version, board }: ConsoleParts): BoardConsole {
  let line = "";
  let echo = true;
  let echoOffForLine = false;
  let password: string | undefined;
  let isLocked = false;
  /** Whether the prompt and the line have made way for text. */
  let isHidden = false;
  /** The escape sequence so far. */
  let escape: string | undefined;
  let soon: NodeJS.Immediate | undefined;

  const isEchoing = () => echo && !echoOffForLine;
  const text = (value: string) => send(value.replaceAll("\n", "\r\n"));

  function hide(): void {
    soon ??= setImmediate(show);
    if (isHidden) return;
    isHidden = true;
    if (!isEchoing()) return;
    const above = line.split("\n");
    const last = above.pop() ?? "";
    send("\x1b[D".repeat(last.length) + "\x1b[A".repeat(above.length) + ERASE);
  }

  function show(): void {
    clearImmediate(soon);
    soon = undefined;
    if (!isHidden) return;
    isHidden = false;
    if (isEchoing()) text(`${isLocked ? "password" : ""}>${line.replaceAll("\n", "\n:")}`);
  }

  function endLine(mayRun: boolean): void {
    if (!mayRun || openBrackets(line) > 0) {
      if (isEchoing() && !isHidden) text("\n:");
      line += "\n";
      return;
    }
    if (isEchoing() && !isHidden) text("\n");
    if (!echoOffForLine) isHidden = true;
    const whole = line.trimEnd();
    line = "";
    const value = whole === "" ? undefined : run(whole);
    if (isEchoing() && value !== undefined) text(`=${value}\n`);
    echoOffForLine = false;
    idle();
  }

  function backspace(): void {
    if (line === "") return;
    const isLineEnd = line.endsWith("\n");
    line = line.slice(0, -1);
    if (isEchoing() && !isHidden && !isLineEnd) send("\b \b");
  }

  /** A locked console treats every key as part of the password, without echo. */
  function typePassword(char: string): void {
    if (char !== "\r" && char !== "\n") {
      if (line.length < LONGEST_PASSWORD) line += char;
      return;
    }
    isLocked = line !== password; // without a password, as after `reset()`, none matches
    line = "";
    if (isLocked) {
      text("\n  Invalid password\npassword>");
      return;
    }
    text("\n  Logged in.\n");
    isHidden = true;
  }

  function type(char: string): void {
    if (isLocked) {
      typePassword(char);
      return;
    }
    if (escape !== undefined) {
      escape += char;
      if (/^(\[[0-9]*|O)$/.test(escape)) return;
      if (escape === "\n") endLine(false);
      escape = undefined;
      return;
    }
    switch (char) {
      case KEY.ctrlC:
        if (line !== "") hide();
        line = "";
        break;
      case KEY.ctrlE:
        if (line === "") text(`Espruino ${version} ${board}\n`);
        break;
      case KEY.dataLinkEscape:
        if (line === "") echoOffForLine = true;
        break;
      case KEY.escape:
        escape = "";
        break;
      case KEY.backspace:
      case KEY.delete:
        backspace();
        break;
      case "\r":
      case "\n":
        endLine(true);
        break;
      default:
        if (char < " " || line.length >= LONGEST_LINE) break;
        line += char;
        if (isEchoing() && !isHidden) send(char);
    }
  }

  return {
    receive(bytes) {
      for (const char of bytes) type(char);
      show();
    },
    print(value) {
      hide();
      text(`${value}\n`);
    },
    clear() {
      line = "";
      echo = true;
      echoOffForLine = false;
      password = undefined;
    },
    greet() {
      isHidden = true;
      soon ??= setImmediate(show);
      text(`\x1b[?7l${LOGO} ${version} (c) 2025 G.Williams\n\n`);
    },
    setEcho(isOn) {
      echo = isOn;
    },
    setPassword: (text) => void (password = text),
    lock() {
      if (password === undefined) return;
      hide();
      isLocked = true;
    },
    unlock() {
      password = undefined;
      isLocked = false;
    },
  };
}

/** Brackets to close before the line can run. */
function openBrackets(line: string): number {
  let open = 0;
  try {
    for (const { type } of tokenizer(line, { ecmaVersion: "latest" })) {
      if (/^(\$?\{|\[|\()$/.test(type.label)) open++;
      else if (/^[}\])]$/.test(type.label)) open--;
      if (open < 0) break;
    }
  } catch (error) {
    return /Unterminated (comment|template)/.test(String(error)) ? 1 : 0; // the interpreter reports any other error
  }
  return open;
}
