import { beforeEach, expect, it } from "vitest";
import { createAnswers, LONGEST_ANSWER, type Answers } from "../../../src/app/answers.ts";

/** What was sent and printed, in order. */
let seen: string[];
/** How many more messages are accepted. */
let room: number;
let isReady: boolean;
let answers: Answers;

beforeEach(() => {
  seen = [];
  room = 0;
  isReady = true;
  answers = createAnswers({
    limit: 6, // two messages of three entries each
    publish(field, payload, retain) {
      if (room === 0) return -1;
      room--;
      seen.push(`${field.substring(2)} ${payload} ${String(retain)}`);
      return 0;
    },
    isReady: () => isReady,
    say: (line) => seen.push(line),
  });
});

it("sends at once if there is room", () => {
  room = 1;
  answers.publish("t", "on", true);
  expect(seen).toEqual(["t on true"]);
});

it("queues messages without room, and sends them in order later, retained or not", () => {
  answers.publish("state", "on", true);
  answers.publish("answer", "done", false);
  expect(seen).toEqual([]);
  room = 1;
  answers.pump();
  expect(seen).toEqual(["state on true"]);
  room = 5;
  answers.pump();
  answers.publish("state", "off", true);
  expect(seen).toEqual(["state on true", "answer done false", "state off true"]);
});

it("sends nothing ahead of queued messages", () => {
  answers.publish("t", "1");
  room = 5;
  answers.publish("t", "2");
  expect(seen).toEqual([]);
  answers.pump();
  expect(seen).toEqual(["t 1 undefined", "t 2 undefined"]);
});

it("queues while the board is not reporting", () => {
  answers.publish("t", "1");
  room = 1;
  isReady = false;
  answers.pump();
  expect(seen).toEqual([]);
});

it("reports messages that do not fit in the queue", () => {
  ["1", "2", "3"].forEach((payload) => answers.publish("t", payload));
  expect(seen).toEqual(["OneNET: not sent: t"]);
  room = 9;
  answers.pump();
  expect(seen.slice(1)).toEqual(["t 1 undefined", "t 2 undefined"]);
});

it("does not queue long messages", () => {
  answers.publish("t", "x".repeat(LONGEST_ANSWER + 1));
  expect(seen).toEqual(["OneNET: not sent: t"]);
});
