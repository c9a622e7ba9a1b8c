/** Questions at a terminal: every kind can be left, and secrets stay hidden. */

import { once } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../../scripts/cli/command.ts";
import type { Asked } from "../../../../scripts/boards/new/question.ts";
import { askAt } from "../../../../scripts/boards/new/terminal.ts";

const LINE: Asked = {
  text: "Which GPIO?",
  where: "Look beside the pin.",
  isSecret: false,
  choices: undefined,
  standard: undefined,
  fault: (answer) => (answer.length === 8 ? undefined : "is not valid; write eight"),
};
const SECRET: Asked = { ...LINE, isSecret: true };
const CHOICES = ["first", "second"].map((value) => ({
  value,
  label: `the ${value}`,
  description: `of ${value}`,
}));
const LIST: Asked = { ...LINE, choices: CHOICES, standard: "second", fault: () => undefined };

function ask(question: Asked) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answer = askAt({ input, output }, question);
  let screen = "";
  output.setEncoding("utf8").on("data", (text: string) => (screen += text));
  const shows = async (text: string): Promise<void> => {
    while (!screen.includes(text)) await once(output, "data");
  };
  return { answer, shows, input, screen: () => screen };
}

describe.each([
  ["a line", LINE],
  ["a secret", SECRET],
  ["a list", LIST],
])("%s", (_kind, question) => {
  test("says where to find the answer, and ends at Ctrl-C", async () => {
    const { answer, shows, input } = ask(question);
    await shows(question.where);
    input.write("\x03");
    await expect(answer).rejects.toEqual(new UserError("interrupted; nothing was written", 130));
  });
});

test.each([
  ["a line", LINE],
  ["a secret", SECRET],
])("%s is rejected at once, and can be corrected", async (kind, question) => {
  const { answer, shows, input, screen } = ask(question);
  await shows(question.where);
  input.write("hunter");
  input.write("\r");
  await shows("is not valid; write eight");
  input.write("22\r");
  expect(await answer).toBe("hunter22");
  expect(screen().includes("hunter")).toBe(kind === "a line");
});

test("a list starts at the default, and describes the selected choice", async () => {
  const { answer, shows, input } = ask(LIST);
  await shows("of second");
  input.write("\r");
  expect(await answer).toBe("second");
});
