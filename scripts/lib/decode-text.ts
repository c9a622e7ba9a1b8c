/** Files and pipes that people fill: text is UTF-8, and anything else is no text that could go wrong in silence. */

/** @returns without the mark that some editors and shells put first; undefined where the bytes are no UTF-8 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
