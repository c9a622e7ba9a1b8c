/** A local time server: SNTP over UDP on 127.0.0.1, by a given clock [RFC 4330]. */

import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";

export interface TimeServer {
  /** UDP port on 127.0.0.1. */
  readonly port: number;
  /** Number of questions received, and of those answered. */
  readonly asked: number;
  readonly answered: number;
  /** Number of questions waiting for `answerWaiting`. */
  readonly waiting: number;
  /** Whether it drops its answers; false at first. */
  isSilent: boolean;
  /** Changes an answer before it is sent, for tests; undefined sends nothing. */
  change: (answer: Buffer, question: Buffer) => Buffer | undefined;
  /** Answers all waiting questions. */
  answerWaiting(): void;
  close(): Promise<void>;
}

export interface TimeServerOptions {
  /** Whether questions wait for `answerWaiting`, for a clock that is moved by hand. */
  readonly waits?: boolean;
}

/** Size of a question and of an answer, in bytes. */
const SIZE = 48;
/** Seconds from 1900 to 1970. */
const FROM_1900 = 2_208_988_800;

/** @param now the time to serve, in ms since 1970 */
export async function startTimeServer(
  now: () => number,
  { waits = false }: TimeServerOptions = {},
): Promise<TimeServer> {
  const socket = createSocket("udp4");
  const waiting: { readonly question: Buffer; readonly from: RemoteInfo }[] = [];
  let asked = 0;
  let answered = 0;
  socket.on("message", (question, from) => {
    if (question.length < SIZE || (question.readUInt8(0) & 7) !== 3) return; // not from a client
    asked++;
    waiting.push({ question, from });
    if (!waits) answerWaiting();
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");

  function answerWaiting(): void {
    for (const { question, from } of waiting.splice(0)) {
      if (server.isSilent) continue;
      const answer = server.change(answerTo(question, now()), question);
      if (!answer) continue;
      answered++;
      socket.send(answer, from.port, from.address);
    }
  }

  const server: TimeServer = {
    port: socket.address().port,
    get asked() {
      return asked;
    },
    get answered() {
      return answered;
    },
    get waiting() {
      return waiting.length;
    },
    isSilent: false,
    change: (answer) => answer,
    answerWaiting,
    async close() {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
  return server;
}

/** @param time in ms since 1970 */
export function answerTo(question: Buffer, time: number): Buffer {
  const answer = Buffer.alloc(SIZE);
  const version = question.readUInt8(0) & 0x38;
  answer.writeUInt8(version | 4, 0); // no leap second, mode 4: a server
  answer.writeUInt8(1, 1); // stratum
  answer.writeUInt8(question.readUInt8(2), 2);
  answer.writeInt8(-20, 3); // precision: a microsecond
  answer.write("LOCL", 12, "latin1");
  writeTime(answer, 16, time);
  question.copy(answer, 24, 40, 48); // identifies the question
  writeTime(answer, 32, time);
  writeTime(answer, 40, time);
  return answer;
}

/** Writes the seconds since 1900 (since 2036, once those overflow) and their fraction. */
function writeTime(bytes: Buffer, at: number, time: number): void {
  const seconds = Math.floor(time / 1000);
  bytes.writeUInt32BE((seconds + FROM_1900) % 2 ** 32, at);
  bytes.writeUInt32BE(Math.floor(((time - seconds * 1000) / 1000) * 2 ** 32), at + 4);
}
