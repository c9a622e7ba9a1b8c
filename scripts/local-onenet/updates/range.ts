/** The header `Range` of a download, in the forms that the platform takes. */

/** Bytes of a file: the first, and the one after the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads `bytes=a-b` or `a-b`, with inclusive ends; `a-` is to the end, `-n` the last n bytes. An end past the file is
 * clipped; a start past it gives no bytes.
 * @returns undefined if it is missing or malformed: the whole file
 */
export function spanOf(header: string | undefined, size: number): Span | undefined {
  const [, first = "", last = ""] = /^(?:bytes=)?\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") return { from: Math.max(0, size - Number(last)), to: size };
  const from = Math.min(Number(first), size);
  const to = last === "" ? size : Math.min(Number(last) + 1, size);
  if (last !== "" && Number(last) < Number(first)) return undefined;
  return { from, to: Math.max(from, to) };
}
