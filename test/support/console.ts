/** A virtual board's console output. */

import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";

export interface Console {
  readonly lines: readonly string[];
  /**
   * Resolves with the next matching line, starting with those not examined yet.
   * @param advance ms of board time to pass first, second by second, as fast as possible; then real time passes
   */
  next(pattern: RegExp, advance?: number): Promise<string>;
}

/** Longest wait for a line after the board's time has passed, in ms of real time. */
const PATIENCE = 20_000;

export function watchConsole(device: VirtualBoard): Console {
  const lines: string[] = [];
  let looked = 0;
  let wake = (): void => undefined;
  device.on("console", (line) => {
    lines.push(line);
    wake();
  });

  function find(pattern: RegExp): string | undefined {
    const at = lines.findIndex((line, i) => i >= looked && pattern.test(line));
    if (at < 0) return undefined;
    looked = at + 1;
    return lines[at];
  }

  return {
    lines,
    async next(pattern, advance = 0) {
      for (let passed = 0; passed < advance; passed += 1000) {
        const line = find(pattern);
        if (line !== undefined) return line;
        await device.clock.advance(1000);
      }
      for (const end = Date.now() + PATIENCE; Date.now() < end;) {
        const line = find(pattern);
        if (line !== undefined) return line;
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, end - Date.now()).unref();
        });
      }
      throw new Error(`no line matched ${String(pattern)}; the console:\n${lines.join("\n")}`);
    },
  };
}
