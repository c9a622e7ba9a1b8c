/**
 * JSON on an interpreter whose strings are bytes: its own `JSON.stringify` writes each byte of UTF-8 text as
 * `\u00XX`, which every server reads as other characters. Here the bytes stay as they are.
 */

/** What a data point may hold. Text is a UTF-8 byte string. */
export type Value = number | string | boolean;

/** A string literal of JSON (RFC 8259, section 7), in UTF-8. */
export function jsonString(bytes: string): string {
  if (!/[\0-\x1f"\\]/.test(bytes)) return '"' + bytes + '"';
  let text = '"';
  for (let i = 0; i < bytes.length; i++) {
    const char = bytes.charAt(i);
    const code = bytes.charCodeAt(i);
    if (code < 32) text += (code < 16 ? "\\u000" : "\\u00") + code.toString(16);
    else text += (char === '"' || char === "\\" ? "\\" : "") + char;
  }
  return text + '"';
}

/** A value of JSON; a number that JSON has no word for (NaN, infinity) is `null`, as the standard writes it. */
export function jsonValue(value: Value): string {
  if (typeof value === "string") return jsonString(value);
  if (typeof value === "number" && value - value !== 0) return "null";
  return value.toString();
}
