/** How far something is: a bar that moves on a terminal, a line now and then elsewhere. */

export interface Progress {
  /** @param done 0–1 */
  readonly update: (done: number) => void;
  /** Makes place for other text. */
  readonly clear: () => void;
}

/** Characters of the bar. */
const WIDTH = 30;
/** Parts of the whole after which a line is due where no bar can be. */
const LINES = 4;

export function createProgress(label: string, stream: NodeJS.WriteStream = process.stdout): Progress {
  let lines = 0;
  let shown = "";
  return {
    update(done) {
      const part = Math.min(1, Math.max(0, done));
      const percent = `${label} ${String(Math.floor(part * 100)).padStart(3)} %`;
      if (stream.isTTY) {
        const full = Math.round(part * WIDTH);
        const bar = `${percent} ${"█".repeat(full)}${"░".repeat(WIDTH - full)}`;
        if (bar !== shown) stream.write(`\r${bar}`);
        shown = bar;
      } else if (part * LINES >= lines + 1) {
        lines = Math.floor(part * LINES);
        stream.write(`${percent}\n`);
      }
    },
    clear() {
      if (shown) stream.write("\r\x1b[K");
      shown = "";
    },
  };
}
