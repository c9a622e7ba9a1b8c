/** Checks the gate's rules on the interpreter: rejected code fails there, and accepted code runs as on Node. */

import { constants, runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { ESPRUINO, WITHOUT, runOnEspruino } from "./espruino.ts";
import { ACCEPTED, REFUSED } from "./snippets.ts";

describe.concurrent("code the gate rejects runs differently on Espruino and on Node", () => {
  for (const { rule, refused } of REFUSED)
    test(`${rule}: ${refused}`, async ({ skip }) => {
      if (!ESPRUINO) return skip(WITHOUT);
      const script = refused.replace("▸", "");
      expect(await runOnEspruino(ESPRUINO, script)).not.toEqual(await runOnNode(script));
    });
});

describe.concurrent("the suggested rewrite runs the same on Espruino and on Node", () => {
  for (const { rule, instead } of REFUSED)
    test(`${rule}: ${instead}`, async ({ skip }) => {
      if (!ESPRUINO) return skip(WITHOUT);
      expect(await runOnEspruino(ESPRUINO, instead)).toEqual(await runOnNode(instead));
    });
});

describe.concurrent("code the gate accepts runs the same on Espruino and on Node", () => {
  for (const script of ACCEPTED)
    test(script, async ({ skip }) => {
      if (!ESPRUINO) return skip(WITHOUT);
      expect(await runOnEspruino(ESPRUINO, script)).toEqual(await runOnNode(script));
    });
});

/** A script's output on Node; the last line is an error's name, if any. */
async function runOnNode(script: string): Promise<string[]> {
  const lines: string[] = [];
  const print = (...values: unknown[]) => lines.push(...values.map(String).join(" ").split("\n"));
  const timers: Promise<void>[] = [];
  const later = (callback: () => void, delay: number) => {
    timers.push(
      new Promise((resolve) => {
        setTimeout(() => {
          callback();
          resolve();
        }, delay);
      }),
    );
  };
  try {
    runInNewContext(
      script,
      { print, setTimeout: later },
      { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
    );
  } catch (error) {
    lines.push(error instanceof Error ? error.name : "error");
  }
  await new Promise(setImmediate); // what promises print
  await Promise.all(timers);
  return lines.length > 0 ? lines : [""];
}
