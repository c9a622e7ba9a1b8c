/** A port with a simulated board at its other end. */

import { Duplex } from "node:stream";

export interface FakePort extends Duplex {
  /** Prints this from the board, characters 0–255. */
  print(bytes: string): void;
  /** Everything typed. */
  readonly typed: () => string;
}

/** @param onLine receives each typed line with its number from 0, without Ctrl-C and the code that turns echo off */
export function fakePort(
  onLine: (line: string, print: (bytes: string) => void, index: number) => void,
): FakePort {
  let typed = "";
  let seen = 0;
  const port = new Duplex({
    allowHalfOpen: false,
    read: () => undefined,
    write(bytes: Buffer, _encoding, done) {
      typed += bytes.toString("latin1");
      const lines = typed.split("\n");
      while (seen < lines.length - 1) {
        const index = seen++;
        onLine((lines[index] ?? "").replace(/[\x03\x10]/g, ""), print, index); // oxlint-disable-line no-control-regex -- those two
      }
      done();
    },
  });
  const print = (bytes: string) => void port.push(Buffer.from(bytes, "latin1"));
  return Object.assign(port, { print, typed: () => typed });
}

/** An Espruino's answer to a board link's question, in bytes; undefined if the line is not a question. */
export function answerTo(line: string, json: string): string | undefined {
  const number = /fromCharCode\(2\)\+"(\d+):/.exec(line)?.[1];
  return number === undefined ? undefined : `\x02${number}:${json}\x03\r\n>`;
}
