/** Publishes everything but data points: at once, or as soon as there is room again. */

import { ownCommands, retainedMessages } from "virtual:features";
import { sized } from "../mqtt/bytes";

export interface Answers {
  /** Publishes after everything already waiting. */
  publish(topic: string, payload: string, retain?: boolean): void;
  /** Sends what can be sent now. */
  pump(): void;
}

export interface AnswersParts {
  /** Most entries in the waiting list; a message takes two, or three with its retain flag. */
  readonly limit: number;
  /** Returns as the session's `publish` does. */
  publish(topicField: string, payload: string, retain?: boolean): number;
  /** Whether the waiting list may be sent. */
  isReady(): boolean;
  /** Writes a line on the console. */
  say(line: string): void;
}

/** Longest answer of the board's own code that may wait for room, in bytes. */
export const LONGEST_ANSWER = 256;

export function createAnswers(parts: AnswersParts): Answers {
  /** Topic field, payload and, with that feature, the retain flag of each message: one list takes little memory. */
  const waiting: (string | boolean | undefined)[] = [];

  return {
    publish(topic, payload, retain) {
      const isSent =
        !waiting.length &&
        (retainedMessages
          ? parts.publish(sized(topic), payload, retain)
          : parts.publish(sized(topic), payload)) >= 0;
      if (!isSent) {
        if (waiting.length >= parts.limit || (ownCommands && payload.length > LONGEST_ANSWER)) {
          parts.say("OneNET: not sent: " + topic);
        } else if (retainedMessages) waiting.push(sized(topic), payload, retain);
        else waiting.push(sized(topic), payload);
      }
    },
    pump() {
      while (
        waiting.length &&
        parts.isReady() &&
        (retainedMessages
          ? parts.publish(waiting[0] as string, waiting[1] as string, waiting[2] as boolean)
          : parts.publish(waiting[0] as string, waiting[1] as string)) >= 0
      ) {
        waiting.splice(0, retainedMessages ? 3 : 2);
      }
    },
  };
}
