/** Espruino's `JSON.parse`: its own lexer on bytes, more lenient than JSON, with `\u6e29` cut to its low byte. */

/** @throws {JsonError} */
export function parseJson(text: string, make: JsonFactory, unquotedNames = false): unknown {
  const input: Input = { text, at: 0, make, unquotedNames };
  const value = parseValue(input);
  return value === NOTHING ? undefined : value; // the rest is ignored
}

/**
 * Parses a file as `Storage.readJSON` does: `Storage.writeJSON` writes bare names. Returns Node's objects.
 * @throws {JsonError}
 */
export function readStorageJson(text: string): unknown {
  return parseJson(text, { object: () => ({}), array: (items) => items }, true);
}

/** Creates objects and arrays in the caller's realm. */
export interface JsonFactory {
  object(): Record<string, unknown>;
  array(items: readonly unknown[]): unknown;
  /** Called for an exponent: the interpreter multiplies by ten that many times. */
  exponent?(times: number): void;
}

export class JsonError extends Error {
  readonly type: "SyntaxError" | "Error";
  constructor(type: "SyntaxError" | "Error", message: string) {
    super(message);
    this.type = type;
  }
}

interface Input {
  readonly text: string;
  at: number;
  readonly make: JsonFactory;
  readonly unquotedNames: boolean;
}

/** A lone `-`: Espruino stops without an error. */
const NOTHING = Symbol("nothing");

const NUMBER = /0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d*\.?\d*(?:e[+-]?\d+)?/iy;
const NAME = /[a-z_$\x80-\xff][\w$\x80-\xff]*/iy;

function parseValue(input: Input): unknown {
  const char = peek(input);
  if (char === "[") return parseArray(input);
  if (char === "{") return parseObject(input);
  if (char === '"' || char === "'") return parseString(input, char, "Expecting valid value, got ");
  if (char === "-") {
    input.at++;
    const next = peek(input);
    return /[\d.]/.test(next) ? 0 - (parseNumber(input) as number) : NOTHING;
  }
  if (/[\d]/.test(char) || (char === "." && /\d/.test(input.text.charAt(input.at + 1))))
    return parseNumber(input);
  const name = match(input, NAME);
  if (name === "true") return true;
  if (name === "false") return false;
  if (name === "null") return null;
  input.at -= name.length;
  throw new JsonError("SyntaxError", `Expecting valid value, got ${describe(input)}`);
}

function parseNumber(input: Input): unknown {
  const text = match(input, NUMBER);
  if (/^0\d+$/.test(text)) return parseInt(text, 8);
  const exponent = /^[^x]*e[+-]?(\d+)$/i.exec(text)?.[1];
  if (exponent !== undefined) input.make.exponent?.(Math.abs(wrapped(exponent)));
  return Number(text);
}

/** Digits as a 32-bit integer, with overflow. */
function wrapped(digits: string): number {
  let value = 0;
  for (const digit of digits.matchAll(/\d/g)) value = (Math.imul(value, 10) + Number(digit)) | 0;
  return value;
}

function parseArray(input: Input): unknown {
  const items: unknown[] = [];
  input.at++;
  while (peek(input) !== "]") {
    const value = parseValue(input);
    if (value === NOTHING) return input.make.array(items);
    items.push(value);
    if (peek(input) !== "]") expect(input, ",");
  }
  input.at++;
  return input.make.array(items);
}

function parseObject(input: Input): Record<string, unknown> {
  const result = input.make.object();
  input.at++;
  for (;;) {
    const char = peek(input);
    let name: string;
    if (char === '"' || char === "'") name = parseString(input, char, "Expecting valid value, got ");
    else if (/[\w$]/.test(char)) {
      if (!input.unquotedNames)
        throw new JsonError("SyntaxError", `Got ${describe(input, true)} expected STRING`);
      name = match(input, /[\w$]+/y);
    } else break;
    expect(input, ":");
    const value = parseValue(input);
    if (value === NOTHING) return result;
    if (name !== "__proto__") result[name] = value;
    if (peek(input) !== "}") expect(input, ",");
  }
  expect(input, "}");
  return result;
}

const SHORT: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

function parseString(input: Input, quote: string, complaint: string): string {
  let result = "";
  for (input.at++; ;) {
    const char = input.text.charAt(input.at++);
    if (char === quote) return result;
    if (char === "" || char === "\n") throw new JsonError("SyntaxError", complaint + "UNFINISHED STRING");
    if (char !== "\\") {
      result += char;
      continue;
    }
    const octal = match(input, /[0-7]{1,3}/y);
    if (octal !== "") {
      result += String.fromCharCode(parseInt(octal, 8) & 0xff);
      continue;
    }
    const letter = input.text.charAt(input.at++);
    if (letter === "x" || letter === "u") {
      const size = letter === "x" ? 2 : 4;
      const digits = input.text.slice(input.at, input.at + size);
      if (!/^[0-9a-f]+$/i.test(digits) || digits.length < size) {
        throw new JsonError("Error", "Invalid escape sequence");
      }
      input.at += size;
      result += String.fromCharCode(parseInt(digits, 16) & 0xff);
    } else result += SHORT[letter] ?? letter;
  }
}

function expect(input: Input, char: string): void {
  if (peek(input) !== char)
    throw new JsonError("SyntaxError", `Got ${describe(input, true)} expected '${char}'`);
  input.at++;
}

function peek(input: Input): string {
  match(input, /\s*/y);
  return input.text.charAt(input.at);
}

function match(input: Input, pattern: RegExp): string {
  pattern.lastIndex = input.at;
  const found = pattern.exec(input.text)?.[0] ?? "";
  input.at += found.length;
  return found;
}

/** The next token's name in Espruino's errors. */
function describe(input: Input, withText = false): string {
  const char = peek(input);
  if (char === "") return "EOF";
  if (char === '"' || char === "'") return "STRING";
  if (/\d/.test(char)) return "INT";
  NAME.lastIndex = input.at;
  const name = NAME.exec(input.text)?.[0];
  if (name === undefined) return `'${char}'`;
  if (name === "undefined") return name;
  return withText ? `ID:${name}` : "ID";
}
