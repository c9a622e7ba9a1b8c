/**
 * The interpreter's console as a terminal sees it: echo, the prompt, the line that is being typed. What it takes and
 * shows is that of Espruino's jsinteractive.c, without its history, its cursor keys and its debugger.
 */
import { tokenizer } from "acorn";

export interface ConsoleParts {
  /** Bytes for the terminal. */
  readonly send: (bytes: string) => void;
  /** Runs a whole line. @returns what the prompt shows of its value; undefined after an error */
  readonly run: (line: string) => string | undefined;
  /** Does what a line left to the idle loop, before the next one is looked at. */
  readonly idle: () => void;
  readonly version: string;
  /** `process.env.BOARD` */
  readonly board: string;
}

export interface BoardConsole {
  /** Bytes from the terminal. */
  readonly receive: (bytes: string) => void;
  /** Text of the program; the prompt makes way for it, and comes back soon. */
  print(text: string): void;
  /** As after a restart: echo on, an empty line. */
  readonly clear: () => void;
  /** What the interpreter begins with. */
  readonly greet: () => void;
  readonly setEcho: (isOn: boolean) => void;
  /** `E.setPassword`: what unlocks it; nothing when undefined. */
  readonly setPassword: (password: string | undefined) => void;
  /** `E.lockConsole`: asks for the password, if there is one, before it takes anything else. */
  readonly lock: () => void;
  /** As after a restart of the chip: no password, and not locked. */
  readonly unlock: () => void;
}

/** Longest line in bytes: as much as the largest chip could hold. Of a longer one the rest is lost. */
const LONGEST_LINE = 131072;

/** Bytes of a password that are kept while it is typed. */
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
  /** What has come of an escape sequence. */
  let escape: string | undefined;
  let soon: NodeJS.Immediate | undefined;

  const isShown = () => echo && !echoOffForLine;
  const text = (value: string) => send(value.replaceAll("\n", "\r\n"));

  function hide(): void {
    soon ??= setImmediate(show);
    if (isHidden) return;
    isHidden = true;
    if (!isShown()) return;
    const above = line.split("\n");
    const last = above.pop() ?? "";
    send("\x1b[D".repeat(last.length) + "\x1b[A".repeat(above.length) + ERASE);
  }

  function show(): void {
    clearImmediate(soon);
    soon = undefined;
    if (!isHidden) return;
    isHidden = false;
    if (isShown()) text(`${isLocked ? "password" : ""}>${line.replaceAll("\n", "\n:")}`);
  }

  function endLine(mayRun: boolean): void {
    if (!mayRun || openBrackets(line) > 0) {
      if (isShown() && !isHidden) text("\n:");
      line += "\n";
      return;
    }
    if (isShown() && !isHidden) text("\n");
    if (!echoOffForLine) isHidden = true;
    const whole = line.trimEnd();
    line = "";
    const value = whole === "" ? undefined : run(whole);
    if (isShown() && value !== undefined) text(`=${value}\n`);
    echoOffForLine = false;
    idle();
  }

  function backspace(): void {
    if (line === "") return;
    const isLineEnd = line.endsWith("\n");
    line = line.slice(0, -1);
    if (isShown() && !isHidden && !isLineEnd) send("\b \b");
  }

  /** A locked console takes any key for a part of the password, and shows none. */
  function typePassword(char: string): void {
    if (char !== "\r" && char !== "\n") {
      if (line.length < LONGEST_PASSWORD) line += char;
      return;
    }
    isLocked = line !== password; // none is right when there is none any more, as after `reset()`
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
        if (isShown() && !isHidden) send(char);
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

/** Brackets that are still to be closed before the line can run. */
function openBrackets(line: string): number {
  let open = 0;
  try {
    for (const { type } of tokenizer(line, { ecmaVersion: "latest" })) {
      if (/^(\$?\{|\[|\()$/.test(type.label)) open++;
      else if (/^[}\])]$/.test(type.label)) open--;
      if (open < 0) break;
    }
  } catch (error) {
    return /Unterminated (comment|template)/.test(String(error)) ? 1 : 0; // any other is for the interpreter to tell
  }
  return open;
}
