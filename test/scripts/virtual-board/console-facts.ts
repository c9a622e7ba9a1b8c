/** What the interpreter's console shows for what is typed; checked on the interpreter and on the virtual board. */

export interface ConsoleFact {
  readonly name: string;
  readonly steps: readonly {
    /** Bytes from the terminal. */
    readonly keys: string;
    /** What the console then shows, its logo and version as `(logo)`. */
    readonly shown: string;
  }[];
}

export const CONSOLE_FACTS: readonly ConsoleFact[] = [
  { name: "a number", steps: [{ keys: "1+2\n", shown: "1+2\r\n=3\r\n>" }] },
  { name: "a carriage return", steps: [{ keys: "1+2\r", shown: "1+2\r\n=3\r\n>" }] },
  { name: "a string", steps: [{ keys: '"ab"\n', shown: '"ab"\r\n="ab"\r\n>' }] },
  {
    name: "an object",
    steps: [{ keys: "({a:1,b:'x'})\n", shown: "({a:1,b:'x'})\r\n={ a: 1, \r\n  b: \"x\"\r\n }\r\n>" }],
  },
  { name: "an array", steps: [{ keys: "[1,'a']\n", shown: "[1,'a']\r\n=[ 1, \r\n  \"a\"\r\n ]\r\n>" }] },
  { name: "undefined", steps: [{ keys: "undefined\n", shown: "undefined\r\n=undefined\r\n>" }] },
  { name: "null", steps: [{ keys: "null\n", shown: "null\r\n=null\r\n>" }] },
  { name: "an empty line", steps: [{ keys: "\n", shown: "\r\n>" }] },
  { name: "an exception", steps: [{ keys: "throw 5\n", shown: "throw 5\r\nUncaught 5\r\n>" }] },
  { name: "a line without echo", steps: [{ keys: "\x10print(5)\n", shown: "5\r\n>" }] },
  {
    name: "a line without echo that prints nothing",
    steps: [
      { keys: "\x101+2\n", shown: "" },
      { keys: "3\n", shown: "3\r\n=3\r\n>" },
    ],
  },
  {
    name: "brackets over several lines",
    steps: [
      { keys: "if(1){\n", shown: "if(1){\r\n:" },
      { keys: "print(7)\n", shown: "print(7)\r\n:" },
      { keys: "}\n", shown: "}\r\n7\r\n=undefined\r\n>" },
    ],
  },
  { name: "brackets in a string", steps: [{ keys: '"({["\n', shown: '"({["\r\n="({["\r\n>' }] },
  { name: "Alt-Enter", steps: [{ keys: "1+\x1b\n2\n", shown: "1+\r\n:2\r\n=3\r\n>" }] },
  { name: "a line number", steps: [{ keys: "\x10\x1b[12dprint(1)\n", shown: "1\r\n>" }] },
  { name: "backspace", steps: [{ keys: "x\b12\n", shown: "x\b \b12\r\n=12\r\n>" }] },
  { name: "backspace at the start", steps: [{ keys: "\b1\n", shown: "1\r\n=1\r\n>" }] },
  {
    name: "Ctrl-C",
    steps: [
      { keys: "abc", shown: "abc" },
      { keys: "\x03", shown: "\x1b[D\x1b[D\x1b[D\r\x1b[J>" },
    ],
  },
  {
    name: "Ctrl-C in an open bracket",
    steps: [
      { keys: "f(\n", shown: "f(\r\n:" },
      { keys: "\x03", shown: "\x1b[A\r\x1b[J>" },
      { keys: "1\n", shown: "1\r\n=1\r\n>" },
    ],
  },
  {
    name: "a timer",
    steps: [{ keys: "\x10setTimeout(function(){print('late')},20)\n", shown: "\r\x1b[Jlate\r\n>" }],
  },
  {
    name: "a timer while a line is typed",
    steps: [
      {
        keys: "\x10setTimeout(function(){print('late')},200)\n12",
        shown: "12\x1b[D\x1b[D\r\x1b[Jlate\r\n>12",
      },
      { keys: "3\n", shown: "3\r\n=123\r\n>" },
    ],
  },
  {
    name: "echo off and on",
    steps: [
      { keys: "echo(0)\n", shown: "echo(0)\r\n" },
      { keys: "print(9)\n", shown: "9\r\n" },
      { keys: "1\n", shown: "" },
      { keys: "echo(1)\n", shown: "=undefined\r\n>" },
    ],
  },
  {
    name: "boot code, and load()",
    steps: [
      { keys: "\x10E.setBootCode('print(\"boot\")')\n", shown: "" },
      { keys: "load()\n", shown: "load()\r\n=undefined\r\nboot\r\n>" },
    ],
  },
  {
    name: "a program in a file",
    steps: [
      { keys: "\x10require('Storage').write('app','print(\"app\")')\n", shown: "" },
      { keys: "load('app')\n", shown: "load('app')\r\n=undefined\r\n(logo)app\r\n>" },
    ],
  },
  {
    name: "boot code that stays after reset()",
    steps: [
      { keys: "\x10E.setBootCode('print(\"stays\")',true)\n", shown: "" },
      { keys: "\x10reset()\n", shown: "\r\x1b[Jstays\r\n(logo)>" },
    ],
  },
  {
    name: "a password",
    steps: [
      {
        keys: "E.setPassword('abc');E.lockConsole()\n",
        shown: "E.setPassword('abc');E.lockConsole()\r\n=undefined\r\npassword>",
      },
      { keys: "x\by\x03\n", shown: "\r\n  Invalid password\r\npassword>" },
      { keys: "abc\n", shown: "\r\n  Logged in.\r\n>" },
      { keys: "1\n", shown: "1\r\n=1\r\n>" },
      { keys: "E.lockConsole()\n", shown: "E.lockConsole()\r\n=undefined\r\npassword>" },
      { keys: "\x10print(1)\r", shown: "\r\n  Invalid password\r\npassword>" },
    ],
  },
  {
    name: "no password, no lock",
    steps: [
      { keys: "E.lockConsole()\n", shown: "E.lockConsole()\r\n=undefined\r\n>" },
      {
        keys: "E.setPassword('a');E.setPassword();E.lockConsole()\n",
        shown: "E.setPassword('a');E.setPassword();E.lockConsole()\r\n=undefined\r\n>",
      },
    ],
  },
  { name: "a checksum", steps: [{ keys: "E.CRC32('abc')\n", shown: "E.CRC32('abc')\r\n=891568578\r\n>" }] },
];

/** What the console showed, with the interpreter's logo, version and thanks made one word. */
export function withoutLogo(shown: string): string {
  return shown
    .replaceAll("\x1b[?7l", "") // a chip's, so that its terminal does not wrap
    .replace(/\r\n _{4} +_ *\r\n[^]*?G\.Williams\r\n(\r\nEspruino is[^]*?Donate\r\n)?\r\n/g, "(logo)");
}
