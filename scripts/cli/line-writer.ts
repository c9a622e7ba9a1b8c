/** Batches lines for a stream: a write per line would be too slow. */

export interface LineWriter {
  /** Writes a line soon. */
  readonly write: (line: string) => void;
  /** Writes all waiting lines now. */
  readonly flush: () => void;
}

/** Longest a line waits, in ms: too short to notice. */
const INTERVAL = 50;

/** Most characters waiting. */
const MAXIMUM_WAITING = 64 * 1024;

export function createLineWriter(stream: Pick<NodeJS.WritableStream, "write">): LineWriter {
  let waiting = "";
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = "";
    if (text !== "") stream.write(text);
  }

  return {
    write(line) {
      waiting += `${line}\n`;
      if (waiting.length >= MAXIMUM_WAITING) flush();
      else timer ??= setTimeout(flush, INTERVAL);
    },
    flush,
  };
}
