/** Secrets on standard input, a `NAME=value` on each line: they stay out of the shell's history and the process list. */

import { UserError } from "../lib/command.ts";
import { decodeText } from "../lib/decode-text.ts";

/** Many times what all secrets together take. */
const SIZE_LIMIT = 65536;

/**
 * @param known the names that there are
 * @returns the values by their names, exactly as they stand behind the `=`
 * @throws UserError that tells the line by its number alone: what is in it may be a secret
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
      throw new UserError(`standard input is longer than ${SIZE_LIMIT} bytes; it takes ${FORM}`);
    chunks.push(chunk);
  }
  const text = decodeText(Buffer.concat(chunks));
  if (text === undefined) throw new UserError(`standard input is not UTF-8 text; it takes ${FORM}`);
  const lines = text.split(/\r?\n/);
  const secrets = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const name = line.slice(0, Math.max(0, line.indexOf("=")));
    if (!known.includes(name) || secrets.has(name))
      throw new UserError(
        `standard input, line ${index + 1}: ${secrets.has(name) ? "is there twice" : "is not known"}; write ${FORM}, of ${known.join(", ")}`,
      );
    secrets.set(name, line.slice(name.length + 1));
  }
  return secrets;
}

const FORM = "NAME=value on each line";
