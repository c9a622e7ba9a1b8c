/** Reads a form with a file (multipart/form-data) [RFC 7578]. */

export interface Part {
  readonly bytes: Buffer;
  /** Of a file: its name, as the sender wrote it. */
  readonly fileName?: string;
}

/** Most parts of a form. */
const MOST_PARTS = 16;
/** Longest headers of a part, in bytes. */
const LONGEST_HEADERS = 4096;

const LINE = Buffer.from("\r\n");
const BLANK = Buffer.from("\r\n\r\n");
const DASH = 45;

/**
 * @param type the header Content-Type
 * @returns the parts by their names; of two with one name, the first. A text that says what is wrong
 */
export function readForm(type: string | undefined, body: Buffer): ReadonlyMap<string, Part> | string {
  const [, quoted, plain = ""] =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s";,]{1,70}))/i.exec(type ?? "") ??
    [];
  const boundary = quoted ?? plain;
  if (boundary === "") return "the body must be a form: multipart/form-data with a boundary";
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first one may have no line before it.
  let at = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))
    ? -2
    : body.indexOf(delimiter);
  const parts = new Map<string, Part>();
  for (let count = 0; at >= -2 && at !== -1; count++) {
    const start = at + delimiter.length;
    if (body[start] === DASH && body[start + 1] === DASH) return parts;
    if (count === MOST_PARTS) return `a form has at most ${MOST_PARTS} parts`;
    const headersEnd = body.indexOf(BLANK, start);
    if (
      !body.subarray(start, start + 2).equals(LINE) ||
      headersEnd < 0 ||
      headersEnd - start > LONGEST_HEADERS
    )
      return `part ${count + 1} of the form has no headers`;
    at = body.indexOf(delimiter, headersEnd + BLANK.length);
    if (at < 0) break;
    const part = readPart(body.subarray(start, headersEnd), body.subarray(headersEnd + BLANK.length, at));
    if (typeof part === "string") return `part ${count + 1} of the form ${part}`;
    const [name, read] = part;
    if (!parts.has(name)) parts.set(name, read);
  }
  return "the form has no end: the last boundary is missing";
}

function readPart(headers: Buffer, bytes: Buffer): readonly [string, Part] | string {
  const text = utf8(headers);
  if (text === undefined) return "has headers that are not UTF-8";
  const disposition = /^content-disposition:(.*)$/im.exec(text)?.[1] ?? "";
  const name = parameterOf(disposition, "name");
  if (name === undefined) return "has no name";
  const [, encoded] = /;\s*filename\*=utf-8'[^']*'([^;\s]*)/i.exec(disposition) ?? [];
  const fileName = encoded === undefined ? parameterOf(disposition, "filename") : decoded(encoded);
  if (encoded !== undefined && fileName === undefined) return "has a malformed file name";
  return [name, fileName === undefined ? { bytes } : { bytes, fileName }];
}

/** A parameter of a header, with what browsers write for quotation marks and line breaks. */
function parameterOf(header: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s";]+))`, "i").exec(header) ?? [];
  const text = quoted ?? plain;
  return text?.replace(/%22|%0d|%0a/gi, (code) => decodeURIComponent(code));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function utf8(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
