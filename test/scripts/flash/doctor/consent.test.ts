/** Asks before each trial that would change a board; Return means no. */

import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { askedAt, GIVEN, WITHHELD } from "../../../../scripts/flash/doctor/consent.ts";
import type { Trial } from "../../../../scripts/flash/doctor/trials.ts";

const TRIAL: Trial = {
  fact: "F48",
  what: "the time after E.reboot()",
  change: "restarts the board",
  expected: () => "kept",
  see: () => "kept",
};

/** @param keys the user's input */
async function answer(keys: string, signal = new AbortController().signal): Promise<string | undefined> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = "";
  output.on("data", (bytes: Buffer) => (shown += bytes.toString()));
  let places = 0;
  const refusal = askedAt({ input, output }, signal, () => places++).refuse(TRIAL);
  await expect.poll(() => shown).toContain(TRIAL.change);
  expect(places).toBe(1);
  input.write(keys);
  return refusal;
}

it("yes, no, and Return", async () => {
  expect(await answer("y\n")).toBeUndefined();
  expect(await answer("n\n")).toBe("declined: would change something");
  expect(await answer("\n")).toBe("declined: would change something");
});

it("Ctrl-C at the question ends the command", async () => {
  await expect(answer("\x03")).rejects.toMatchObject({ message: "interrupted", exitCode: 130 });
});

it("is given by an option, and refused without a terminal", async () => {
  expect(await GIVEN.refuse(TRIAL)).toBeUndefined();
  expect(await WITHHELD.refuse(TRIAL)).toMatch(/use --try-all to allow it$/);
});
