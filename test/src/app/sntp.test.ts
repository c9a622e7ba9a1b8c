import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sntpAnswer, sntpQuestion } from "../../../src/app/sntp.ts";

const NONCE = "12345678";
/** 2026-11-28 12:00:00 UTC in s since 1970. */
const NOON = 1_795_867_200;
const UNIX_EPOCH = 2_208_988_800;

/** A server's answer in the layout of RFC 4330. */
function answer({ first = 0x24, stratum = 2, nonce = NONCE, seconds = NOON + UNIX_EPOCH } = {}): string {
  const packet = Buffer.alloc(48);
  packet[0] = first;
  packet[1] = stratum;
  packet.write(nonce, 24, "latin1");
  packet.writeUInt32BE(seconds % 2 ** 32, 40);
  return packet.toString("latin1");
}

it("asks as a client of version 4, with the nonce in place of its time", () => {
  const question = Buffer.from(sntpQuestion(NONCE), "latin1");
  expect(question).toHaveLength(48);
  expect(question[0]).toBe(0x23);
  expect(question.subarray(1, 40).every((byte) => byte === 0)).toBe(true);
  expect(question.toString("latin1", 40)).toBe(NONCE);
});

describe("an answer", () => {
  it("gives the time in s since 1970", () => {
    expect(sntpAnswer(answer(), NONCE)).toBe(NOON);
  });

  it("includes fractions of a second", () => {
    const packet = answer();
    expect(sntpAnswer(`${packet.slice(0, 44)}\x80\0\0\0`, NONCE)).toBe(NOON + 0.5);
  });

  it("works beyond 2036, when the protocol's seconds start over", () => {
    const in2040 = Date.UTC(2040, 0) / 1000;
    expect(sntpAnswer(answer({ seconds: in2040 + UNIX_EPOCH }), NONCE)).toBe(in2040);
  });

  it("may be longer, with the extensions some servers add", () => {
    expect(sntpAnswer(answer() + "\0".repeat(20), NONCE)).toBe(NOON);
  });

  it.each([
    ["of a client", { first: 0x23 }],
    ["of a broadcast", { first: 0x25 }],
    ["of a server whose clock is not set", { first: 0xe4 }],
    ["that sends the client away", { stratum: 0 }],
    ["to another question", { nonce: "12345679" }],
  ])("is rejected if it is a packet %s", (_name, fields) => {
    expect(sntpAnswer(answer(fields), NONCE)).toBe(0);
  });

  it("is rejected if truncated", () => {
    const whole = answer();
    for (let length = 0; length < 48; length++) expect(sntpAnswer(whole.slice(0, length), NONCE)).toBe(0);
  });

  it("gives a plausible time or none, for any bytes", () => {
    const bytes = fc.uint8Array({ maxLength: 100 }).map((row) => Buffer.from(row).toString("latin1"));
    fc.assert(
      fc.property(bytes, fc.boolean(), (text, isForUs) => {
        const packet = isForUs ? text.slice(0, 24) + NONCE + text.slice(24) : text;
        const time = sntpAnswer(packet, NONCE);
        expect(time === 0 || time >= Date.UTC(2020, 0) / 1000).toBe(true);
      }),
    );
  });
});
