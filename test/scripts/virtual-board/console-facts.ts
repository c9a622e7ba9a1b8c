/** What the interpreter's console shows for typed input; checked on the interpreter and on the virtual board. */

export interface ConsoleFact {
  readonly name: string;
  readonly steps: readonly {
    /** Bytes from the terminal. */
    readonly keys: string;
    /** What the console then shows, with its logo and version as `(logo)`. */
    readonly output: string;
  }[];
}

export const CONSOLE_FACTS: readonly ConsoleFact[] = [
  { name: "a number", steps: [{ keys: "1+2\n", output: "1+2\r\n=3\r\n>" }] },
  { name: "a carriage return", steps: [{ keys: "1+2\r", output: "1+2\r\n=3\r\n>" }] },
  { name: "a string", steps: [{ keys: '"ab"\n', output: '"ab"\r\n="ab"\r\n>' }] },
  {
    name: "an object",
    steps: [{ keys: "({a:1,b:'x'})\n", output: "({a:1,b:'x'})\r\n={ a: 1, \r\n  b: \"x\"\r\n }\r\n>" }],
  },
  { name: "an array", steps: [{ keys: "[1,'a']\n", output: "[1,'a']\r\n=[ 1, \r\n  \"a\"\r\n ]\r\n>" }] },
  { name: "undefined", steps: [{ keys: "undefined\n", output: "undefined\r\n=undefined\r\n>" }] },
  { name: "null", steps: [{ keys: "null\n", output: "null\r\n=null\r\n>" }] },
  { name: "an empty line", steps: [{ keys: "\n", output: "\r\n>" }] },
  { name: "an exception", steps: [{ keys: "throw 5\n", output: "throw 5\r\nUncaught 5\r\n>" }] },
  { name: "a line without echo", steps: [{ keys: "\x10print(5)\n", output: "5\r\n>" }] },
  {
    name: "a line without echo that prints nothing",
    steps: [
      { keys: "\x101+2\n", output: "" },
      { keys: "3\n", output: "3\r\n=3\r\n>" },
    ],
  },
  {
    name: "brackets over several lines",
    steps: [
      { keys: "if(1){\n", output: "if(1){\r\n:" },
      { keys: "print(7)\n", output: "print(7)\r\n:" },
      { keys: "}\n", output: "}\r\n7\r\n=undefined\r\n>" },
    ],
  },
  { name: "brackets in a string", steps: [{ keys: '"({["\n', output: '"({["\r\n="({["\r\n>' }] },
  { name: "Alt-Enter", steps: [{ keys: "1+\x1b\n2\n", output: "1+\r\n:2\r\n=3\r\n>" }] },
  { name: "a line number", steps: [{ keys: "\x10\x1b[12dprint(1)\n", output: "1\r\n>" }] },
  { name: "backspace", steps: [{ keys: "x\b12\n", output: "x\b \b12\r\n=12\r\n>" }] },
  { name: "backspace at the start", steps: [{ keys: "\b1\n", output: "1\r\n=1\r\n>" }] },
  {
    name: "Ctrl-C",
    steps: [
      { keys: "abc", output: "abc" },
      { keys: "\x03", output: "\x1b[D\x1b[D\x1b[D\r\x1b[J>" },
    ],
  },
  {
    name: "Ctrl-C in an open bracket",
    steps: [
      { keys: "f(\n", output: "f(\r\n:" },
      { keys: "\x03", output: "\x1b[A\r\x1b[J>" },
      { keys: "1\n", output: "1\r\n=1\r\n>" },
    ],
  },
  {
    name: "a timer",
    steps: [{ keys: "\x10setTimeout(function(){print('late')},20)\n", output: "\r\x1b[Jlate\r\n>" }],
  },
  {
    name: "a timer while a line is typed",
    steps: [
      {
        keys: "\x10setTimeout(function(){print('late')},200)\n12",
        output: "12\x1b[D\x1b[D\r\x1b[Jlate\r\n>12",
      },
      { keys: "3\n", output: "3\r\n=123\r\n>" },
    ],
  },
  {
    name: "echo off and on",
    steps: [
      { keys: "echo(0)\n", output: "echo(0)\r\n" },
      { keys: "print(9)\n", output: "9\r\n" },
      { keys: "1\n", output: "" },
      { keys: "echo(1)\n", output: "=undefined\r\n>" },
    ],
  },
  {
    name: "boot code, and load()",
    steps: [
      { keys: "\x10E.setBootCode('print(\"boot\")')\n", output: "" },
      { keys: "load()\n", output: "load()\r\n=undefined\r\nboot\r\n>" },
    ],
  },
  {
    name: "a program in a file",
    steps: [
      { keys: "\x10require('Storage').write('app','print(\"app\")')\n", output: "" },
      { keys: "load('app')\n", output: "load('app')\r\n=undefined\r\n(logo)app\r\n>" },
    ],
  },
  {
    name: "boot code that stays after reset()",
    steps: [
      { keys: "\x10E.setBootCode('print(\"stays\")',true)\n", output: "" },
      { keys: "\x10reset()\n", output: "\r\x1b[Jstays\r\n(logo)>" },
    ],
  },
  {
    name: "a password",
    steps: [
      {
        keys: "E.setPassword('abc');E.lockConsole()\n",
        output: "E.setPassword('abc');E.lockConsole()\r\n=undefined\r\npassword>",
      },
      { keys: "x\by\x03\n", output: "\r\n  Invalid password\r\npassword>" },
      { keys: "abc\n", output: "\r\n  Logged in.\r\n>" },
      { keys: "1\n", output: "1\r\n=1\r\n>" },
      { keys: "E.lockConsole()\n", output: "E.lockConsole()\r\n=undefined\r\npassword>" },
      { keys: "\x10print(1)\r", output: "\r\n  Invalid password\r\npassword>" },
    ],
  },
  {
    name: "no password, no lock",
    steps: [
      { keys: "E.lockConsole()\n", output: "E.lockConsole()\r\n=undefined\r\n>" },
      {
        keys: "E.setPassword('a');E.setPassword();E.lockConsole()\n",
        output: "E.setPassword('a');E.setPassword();E.lockConsole()\r\n=undefined\r\n>",
      },
    ],
  },
  { name: "a checksum", steps: [{ keys: "E.CRC32('abc')\n", output: "E.CRC32('abc')\r\n=891568578\r\n>" }] },
];

/** The console's output, with the logo, version and thanks replaced by one word. */
export function withoutLogo(output: string): string {
  return output
    .replaceAll("\x1b[?7l", "") // sent by a chip, to turn off wrapping
    .replace(/\r\n _{4} +_ *\r\n[^]*?G\.Williams\r\n(\r\nEspruino is[^]*?Donate\r\n)?\r\n/g, "(logo)");
}
