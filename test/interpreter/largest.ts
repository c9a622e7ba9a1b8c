/** The messages of each generation that take the most memory for their size. */

import type { IPublishPacket } from "mqtt-packet";
import type { Board } from "../../scripts/boards/board.ts";

export interface Demand {
  readonly packet: IPublishPacket;
  /** The topic of the board's answer. */
  readonly answerTopic: string;
}

const UUID = "9c5be4c4-8a6e-4a54-ae9e-7f3c7ba3c9d1";
/** Most names in an object that is still parsed, including their surroundings (`PARTS_LIMIT`). */
const NAMES = 60;

/**
 * A message that requires an answer.
 * @param length Remaining Length of its packet, in bytes
 */
export function demand(board: Board, length: number): Demand {
  const { onenet } = board;
  switch (onenet.generation) {
    case "multiprotocol":
      return command(board, length, 0, `$creq/${UUID}`, `$crsp/${UUID}`);
    case "suite": {
      const own = `$sys/${onenet.product}/${onenet.device}/cmd/`;
      return command(board, length, 0, `${own}request/${UUID}`, `${own}response/${UUID}`);
    }
    case "plain":
      return command(board, length, onenet.qos, `${onenet.topic}/set`, `${onenet.topic}/answer`);
    case "studio": {
      const topic = `$sys/${onenet.product}/${onenet.device}/thing/property/set`;
      return demandOf(topic, `${topic}_reply`, length, 0, properties);
    }
  }
}

/** One of the board's own commands with an argument, if it has any, because the argument is parsed. */
function command(
  { code }: Board,
  length: number,
  qos: 0 | 1 | 2,
  topic: string,
  answerTopic: string,
): Demand {
  return demandOf(topic, answerTopic, length, qos, (size) =>
    `${code?.commands[0] ?? "on"} `.padEnd(size, "x"),
  );
}

let lastId = 0;

function demandOf(
  topic: string,
  answerTopic: string,
  length: number,
  qos: 0 | 1 | 2,
  payloadOf: (size: number) => string,
): Demand {
  const payload = payloadOf(length - 2 - topic.length - (qos ? 2 : 0));
  const messageId = (lastId++ % 1000) + 1;
  const packet: IPublishPacket = {
    cmd: "publish",
    topic,
    payload,
    qos,
    messageId,
    dup: false,
    retain: false,
  };
  return { packet, answerTopic };
}

/** An escaped character makes the parser copy the text, and unknown names are repeated in the reply. */
function properties(size: number): string {
  const rest = size - String.raw`{"id":"1","params":{"\u6e29":1}}`.length;
  const each = Math.floor(rest / NAMES);
  const name = (i: number, size: number) => `,"${String(i).padEnd(size - 5, "x")}":0`;
  const names = Array.from({ length: NAMES }, (_, i) =>
    name(i, i < NAMES - 1 ? each : rest - each * (NAMES - 1)),
  );
  return String.raw`{"id":"1","params":{"\u6e29":1${names.join("")}}}`;
}
