/** Simple Network Time Protocol: one question, one answer [RFC 4330], as byte strings. */

import { u16At } from "../mqtt/bytes";

/** Port of a time server. */
export const SNTP_PORT = 123;
/** 1970 in s since 1900. */
const UNIX_EPOCH = 2208988800;
/** 2020 in s since 1970; an earlier time belongs to the protocol's next era, which begins in 2036. */
const FIRST_TIME = 1577836800;
const ERA = 4294967296;

/**
 * A client's packet: version 4, mode 3.
 * @param nonce 8 random bytes in place of the client's time, which the answer must repeat
 */
export function sntpQuestion(nonce: string): string {
  return "\x23" + "\0".repeat(39) + nonce;
}

/**
 * The time in a server's answer.
 * @param packet from the network
 * @param nonce of the question
 * @returns in s since 1970, with fractions; 0 if it does not answer this question, or the server does not know the time
 */
export function sntpAnswer(packet: string, nonce: string): number {
  const first = packet.charCodeAt(0);
  const stratum = packet.charCodeAt(1);
  // From a server whose clock is set, and which is not turning clients away.
  const isAnswer =
    packet.length > 47 && (first & 7) === 4 && first < 192 && stratum && packet.substring(24, 32) === nonce;
  const seconds = u16At(packet, 40) * 65536 + u16At(packet, 42) - UNIX_EPOCH + u16At(packet, 44) / 65536;
  return isAnswer ? seconds + (seconds < FIRST_TIME ? ERA : 0) : 0;
}
