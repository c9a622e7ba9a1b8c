/**
 * Secrets on standard input, a `NAME=value` on each line: they stay out of the shell's history and the process list.
 */

import { UserError } from "../../cli/command.ts";
import { decodeText } from "../decode-text.ts";
import { list, t } from "../../cli/language.ts";

/** Many times the size of all secrets together. */
const SIZE_LIMIT = 65536;

/**
 * @param known the valid names
 * @returns the values by name, exactly as written after the `=`
 * @throws UserError that gives only the line's number: its text may be a secret
 */
export async function readSecrets(
  stdin: AsyncIterable<Uint8Array>,
  known: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    size += chunk.length;
    if (size > SIZE_LIMIT)
      throw new UserError(t`standard input is longer than ${SIZE_LIMIT} bytes; use ${FORM}`);
    chunks.push(chunk);
  }
  const text = decodeText(Buffer.concat(chunks));
  if (text === undefined) throw new UserError(t`standard input is not UTF-8 text; use ${FORM}`);
  const lines = text.split(/\r?\n/);
  const secrets = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const name = line.slice(0, Math.max(0, line.indexOf("=")));
    if (!known.includes(name) || secrets.has(name))
      throw new UserError(
        secrets.has(name)
          ? t`standard input, line ${index + 1}: is a duplicate; use ${FORM}, with the names ${list(known)}`
          : t`standard input, line ${index + 1}: is unknown; use ${FORM}, with the names ${list(known)}`,
      );
    secrets.set(name, line.slice(name.length + 1));
  }
  return secrets;
}

const FORM = t`NAME=value on each line`;
