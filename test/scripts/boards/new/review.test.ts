/** The answers before they are written, and the way back to each. */

import { expect, test } from "vitest";
import type { Answers, Asked } from "../../../../scripts/boards/new/question.ts";
import { reviewAnswers, summaryOf, without } from "../../../../scripts/boards/new/review.ts";

const ANSWERS: Answers = {
  ...{ name: "lamp", board: "esp32-devkit", title: "灯", led: "gpio", "led-pin": "4", ssid: "attic" },
  ...{ "open-network": "no", "wifi-password": "under-the-roof", generation: "mqtt", server: "10.0.0.1" },
};
const answered = (answers: Answers) => ({ answers, faults: [], missing: [] });

function review(decisions: string[]) {
  const shown: string[] = [];
  const again: Answers[] = [];
  const ask = ({ choices = [] }: Asked) => {
    const decision = decisions.shift() ?? "";
    expect(choices.map(({ value }) => value)).toContain(decision);
    return Promise.resolve(decision);
  };
  const result = reviewAnswers(answered(ANSWERS), {
    file: "boards/lamp.local.json",
    ask,
    show: (line) => shown.push(line),
    askAgain: (given) => {
      again.push(given);
      return Promise.resolve(answered({ ...given, ssid: "cellar" }));
    },
  });
  return { result, shown, again };
}

test("every answer is shown, except secrets", () => {
  const lines = summaryOf(ANSWERS).join("\n");
  for (const text of ["esp32-devkit", "灯", "attic", "10.0.0.1"]) expect(lines).toContain(text);
  expect(lines).toContain("(secret, 14 bytes)");
  expect(lines).not.toContain("under-the-roof");
});

test("yes writes the file, no writes nothing", async () => {
  expect((await review(["yes"]).result)?.answers).toEqual(ANSWERS);
  expect(await review(["no"]).result).toBeUndefined();
});

test("changing an answer repeats only that question, and shows the answers again", async () => {
  const { result, shown, again } = review(["change", "ssid", "yes"]);
  expect((await result)?.answers["ssid"]).toBe("cellar");
  expect(again).toEqual([without(ANSWERS, "ssid")]);
  expect(Object.keys(again[0] ?? {})).toHaveLength(Object.keys(ANSWERS).length - 1);
  expect(shown.join("\n")).toMatch(/attic[^]*cellar/);
});

test("dependent answers are dropped with it", () => {
  expect(Object.keys(without(ANSWERS, "board"))).toEqual(
    Object.keys(ANSWERS).filter((name) => !["board", "led", "led-pin"].includes(name)),
  );
  expect(without(ANSWERS, "generation")).not.toHaveProperty("server");
  expect(without(ANSWERS, "open-network")).not.toHaveProperty("wifi-password");
});
