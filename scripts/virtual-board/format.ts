/** Formats values as Espruino does, for `JSON.stringify` and the console. Strings are byte strings. */

/** A number as Espruino writes it: at most 12 fractional digits, `10e+20` for 1e21, 0 for −0. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
  if (value < 0) return "-" + formatNumber(-value);
  let exponent = 0;
  if (value >= 1e21) {
    for (; value > 1e5; exponent += 5) value /= 1e5;
    for (; value > 10; exponent++) value /= 10;
  } else if (value < 1e-6) {
    for (; value < 1e-5; exponent -= 5) value *= 1e5;
    for (; value < 1; exponent--) value *= 10;
  }
  return digits(value) + (exponent === 0 ? "" : exponent > 0 ? `e+${exponent}` : `e${exponent}`);
}

/** Numbers closer than this are equal. */
const CLOSE = 1e-7;

/** `toFixed` as in Espruino: digit by digit, rounded only at the last; with no places, cut off. */
export function formatFixed(value: number, places: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value < 0) return `-${formatFixed(-value, places)}`;
  let left = Math.trunc(value + CLOSE) === Math.trunc(value) + 1 ? Math.trunc(value) + 1 : value;
  let text = "";
  let unit = 1;
  while (unit * 10 <= left) unit *= 10;
  for (; unit >= 1; unit /= 10) {
    const digit = Math.trunc(left / unit);
    left -= digit * unit;
    text += String(digit);
  }
  if (places > 0) text += ".";
  for (let place = Math.min(20, places); place > 0; place--) {
    left *= 10;
    const digit = Math.trunc(left + (place === 1 ? 0.5 : 1e-8));
    left -= digit;
    text += String(Math.min(9, digit));
  }
  return text;
}

export interface FormatHooks {
  /** Text of a special value such as a pin, or undefined. */
  special(value: object): string | undefined;
  /** Name of the value's constructor if it is built in, or undefined. */
  constructorName(value: object): string | undefined;
}

/**
 * `JSON.stringify(value, …, space)`: each byte below 32 or above 126 becomes `\u00XX`, NaN and infinities null. Keeps
 * two of Espruino's faults: a lone undefined gives the text `null`, a function in an array `undefined`.
 */
export function stringify(value: unknown, space: unknown, hooks: FormatHooks): string {
  const indent =
    typeof space === "number"
      ? " ".repeat(Math.min(10, Math.max(0, space)))
      : typeof space === "string"
        ? space
        : "";
  const style: Style = { json: true, lines: indent === "" ? "none" : "all", indent, hooks };
  return write(value, "", 0, style, []);
}

/** Formats for `Storage.writeJSON`: names unquoted where possible, bytes as `\xE6`. */
export function formatForStorage(value: unknown, hooks: FormatHooks): string {
  const style = { json: true, bareNames: true, lines: "none", indent: "", hooks } as const;
  return write(value, "", 0, style, []);
}

/** Formats an argument of `print`: strings unchanged, objects as on the console. */
export function formatForConsole(value: unknown, hooks: FormatHooks): string {
  if (typeof value === "string") return value;
  return write(value, "", 0, { json: false, lines: "some", indent: "  ", hooks }, []);
}

/** Formats a value for the console's prompt: strings quoted, property names bare. */
export function formatForPrompt(value: unknown, hooks: FormatHooks): string {
  return write(value, "", 0, { json: false, bareNames: true, lines: "some", indent: "  ", hooks }, []);
}

interface Style {
  readonly json: boolean;
  /** Property names are quoted only if necessary. */
  readonly bareNames?: true;
  /** Line breaks: nowhere, around complex values, or everywhere. */
  readonly lines: "none" | "some" | "all";
  readonly indent: string;
  readonly hooks: FormatHooks;
}

function hasJsonStrings({ json, bareNames }: Style): boolean {
  return json && !bareNames;
}

/** Whether a property name needs no quotes. Espruino quotes a name with `$`. */
function isBare(name: string): boolean {
  return name.length < 63 && /^(?:[A-Za-z_]\w*|0|[1-9]\d*)$/.test(name);
}

/** Most properties on one line of an object. */
const ITEMS_ON_LINE = 4;

/** Espruino stops at a remainder of 1e-7 and multiplies it by ten at each digit, hence its odd last digits. */
function digits(value: number): string {
  const enough = 1e-7;
  if (Math.trunc(value + enough) === 1 + Math.trunc(value)) value = 1 + Math.trunc(value);
  let power = 1;
  while (power * 10 <= value) power *= 10;
  let text = "";
  for (; power >= 1; power /= 10) {
    const digit = Math.trunc(value / power);
    value -= digit * power;
    text += String(digit);
  }
  value *= 10;
  for (let count = 0; count < 11 && value > enough; count++) {
    const digit = Math.trunc(value + 1e-8);
    value = (value - digit) * 10;
    text += (count === 0 ? "." : "") + String(Math.min(9, digit));
  }
  return text;
}

function write(value: unknown, key: string, depth: number, style: Style, above: readonly object[]): string {
  switch (typeof value) {
    case "undefined":
      return style.json ? "null" : "undefined";
    case "string":
      return quote(value, hasJsonStrings(style));
    case "number":
      return style.json && !Number.isFinite(value) ? "null" : formatNumber(value);
    case "function":
      return style.json ? "undefined" : functionText(value, style.hooks);
    case "object":
      break;
    default:
      return String(value);
  }
  if (value === null) return "null";
  const special = style.hooks.special(value);
  if (special !== undefined) return style.json ? quote(special, hasJsonStrings(style)) : special;
  if (above.includes(value)) return " ... ";
  const path = [...above, value];
  if (Array.isArray(value)) return writeArray(value as unknown[], depth, style, path);
  if (ArrayBuffer.isView(value) || isArrayBuffer(value)) return writeBuffer(value, style);
  return writeObject(value, key, depth, style, path);
}

function writeArray(items: readonly unknown[], depth: number, style: Style, path: readonly object[]): string {
  const parts = Array.from(items, (item, index) => ({
    text: write(item, String(index), depth + 1, style, path),
    line: style.lines === "all" || (style.lines === "some" && !isSimple(item)),
  }));
  return enclose("[", parts, "]", depth, style);
}

function writeObject(
  value: object,
  key: string,
  depth: number,
  style: Style,
  path: readonly object[],
): string {
  const own = value as { toJSON?: unknown; toString(): string };
  if (style.json && typeof own.toJSON === "function") {
    return write(Reflect.apply(own.toJSON, value, [key]), key, depth, style, path.slice(0, -1));
  }
  const name = style.json ? undefined : style.hooks.constructorName(value);
  if (name !== undefined && name !== "RegExp") return `${name}: ${own.toString()}`;
  const parts: Part[] = [];
  let onLine = 0;
  for (const [property, item] of Object.entries(value)) {
    if (style.json && (typeof item === "function" || item === undefined)) continue;
    onLine++;
    const line = style.lines === "all" || (style.lines === "some" && !isSimple(item));
    const wrapped = style.lines === "some" && onLine > ITEMS_ON_LINE;
    if (line || wrapped) onLine = 0;
    const colon = style.lines === "none" ? ":" : ": ";
    const name = style.bareNames && isBare(property) ? property : quote(property, hasJsonStrings(style));
    const text = name + colon + write(item, property, depth + 1, style, path);
    parts.push({ text, line, wrapped });
  }
  return (name === undefined ? "" : `${name}: `) + enclose("{", parts, "}", depth, style);
}

interface Part {
  readonly text: string;
  /** Gets its own line. */
  readonly line: boolean;
  /** Starts a line because the one before is full. */
  readonly wrapped?: boolean;
}

function enclose(open: string, parts: readonly Part[], close: string, depth: number, style: Style): string {
  if (style.lines === "none") return open + parts.map((part) => part.text).join(",") + close;
  const newLine = (levels: number) => "\n" + style.indent.repeat(levels);
  let text = open + " ";
  let afterLine = false;
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += ", ";
    if (afterLine || part.line || part.wrapped === true) text += newLine(depth + 1);
    text += part.text;
    afterLine = part.line;
  }
  return text + (afterLine ? newLine(depth) : "") + " " + close;
}

function writeBuffer(value: ArrayBufferView | ArrayBuffer, style: Style): string {
  const plain = isArrayBuffer(value);
  if (Object.prototype.toString.call(value) === "[object DataView]") {
    return style.json ? "{}" : "DataView: {  }";
  }
  const items = Array.from(plain ? new Uint8Array(value) : (value as Uint8Array));
  const list = items.map(formatNumber);
  if (style.json) return `[${list.join(",")}]`;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  if (items.every((item) => item === 0)) return `new ${name}(${String(items.length)})`;
  return plain ? `new Uint8Array([${list.join(", ")}]).buffer` : `new ${name}([${list.join(", ")}])`;
}

/** `instanceof` does not recognise values from another realm. */
function isArrayBuffer(value: object): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

function isSimple(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "number" || typeof value === "boolean";
}

function functionText(value: object, hooks: FormatHooks): string {
  const source = hooks.special(value) ?? Function.prototype.toString.call(value);
  const named = /^function\s*[\w$]*\s*(\([^]*)$/.exec(source);
  if (named?.[1] !== undefined) return "function " + named[1].replace(/^(\([^)]*\))\s*/, "$1 ");
  const arrow = /^\(?([^()=]*)\)?\s*=>\s*([^]*)$/.exec(source);
  if (arrow?.[2] === undefined) return source;
  return `function (${arrow[1] ?? ""}) ${arrow[2].startsWith("{") ? arrow[2] : `{return ${arrow[2]}}`}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
  "\r": "\\r",
  "\\": "\\\\",
  '"': '\\"',
};

function quote(text: string, json: boolean): string {
  let quoted = "";
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    const code = text.charCodeAt(index) & 0xff;
    const next = text.charAt(index + 1);
    const short = ESCAPES[char];
    if (short !== undefined) quoted += short;
    else if (code >= 32 && code < 127) quoted += char;
    else if (json) quoted += "\\u00" + hex(code);
    else if (code === 11) quoted += "\\v";
    else if (code < 8 && !(next >= "0" && next <= "7")) quoted += `\\${code}`;
    else quoted += "\\x" + hex(code);
  }
  return `"${quoted}"`;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
