/** Decodes files and pipes from users: only valid UTF-8 is accepted, so that nothing is garbled silently. */

/** @returns the text without a byte order mark; undefined if the bytes are not UTF-8 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
