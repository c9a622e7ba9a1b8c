/** Lines that come fast, written to a stream many at a time: each write by itself costs more than a line is worth. */

export interface LineWriter {
  /** Writes a line soon. */
  readonly write: (line: string) => void;
  /** Writes at once what waits. */
  readonly flush: () => void;
}

/** Longest that a line waits, in ms: nobody sees it. */
const INTERVAL = 50;

/** Characters that wait at most. */
const MOST = 64 * 1024;

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
      if (waiting.length >= MOST) flush();
      else timer ??= setTimeout(flush, INTERVAL);
    },
    flush,
  };
}
