/**
 * The time of day, from a time server. On ESP32, ESP32-C3 and ESP32-S3, `Wifi.setSNTP` would set the clock under running
 * timers (docs/chip.md), so this file asks the server itself. On ESP8266 `Wifi.setSNTP` does no harm, and a datagram
 * cannot be sent to a name.
 */

import { checkSetting } from "../advice";
import { SNTP_PORT, sntpAnswer, sntpQuestion } from "../app/sntp";
import { millis, setClock } from "./clock";
import { wifi } from "./radio";

/** 2020-01-01 in ms since 1970: an earlier clock has not been set. */
const PLAUSIBLE = 1577836800000;
/** Wait for an answer, in ms. */
export const ANSWER_TIME = 10000;
/** Unanswered questions in a row after which the wait is over. */
export const QUESTIONS = 3;
/** Time until the next question, in ms, whether the server answered or not. */
export const AGAIN = 900000;

let socket: DatagramSocket | undefined;
/** Questions since the last answer. */
let asked = 0;
/** When to ask next, by ticks, in ms. */
let dueAt = 0;

/** In ms since 1970; 0 until the clock is set. */
export function timeOfDay(): number {
  const time = millis();
  return time < PLAUSIBLE ? 0 : time;
}

/** Whether the time is known, or the wait for it is over. */
export function isTimeSettled(): boolean {
  return asked > QUESTIONS || !!timeOfDay();
}

function sayUnanswered(server: string, say: (line: string) => void): void {
  say("Time: no answer from " + server + checkSetting("time.server"));
}

function close(): void {
  if (socket) socket.close();
  socket = undefined;
}

/**
 * Asks the server when a question is due. To be called once there is a network, and at each tick while there is.
 * @param now time by ticks, in ms
 */
export function keepTime(now: number, server: string, say: (line: string) => void): void {
  if (now < dueAt) return;
  close();
  dueAt = now + ANSWER_TIME;
  if (++asked > QUESTIONS) {
    dueAt = now + AGAIN;
    sayUnanswered(server, say);
  }
  const nonce = Math.random().toFixed(8).substring(2);
  try {
    socket = require("dgram").createSocket("udp4");
    socket.on("message", (packet) => {
      const time = sntpAnswer(packet, nonce);
      if (!time) return;
      setClock(time);
      asked = 0;
      dueAt = now + AGAIN;
      close();
    });
    socket.send(sntpQuestion(nonce), SNTP_PORT, server);
  } catch {
    // no socket or no such name: counts as unanswered
  }
}

/** The same on an ESP8266, where the interpreter asks the server itself once started. */
export function keepTimeEsp8266(now: number, server: string, say: (line: string) => void): void {
  if (!asked) {
    wifi.setSNTP(server, 0);
    dueAt = now + ANSWER_TIME * QUESTIONS;
    asked = 1;
  } else if (now >= dueAt && asked <= QUESTIONS) {
    asked = QUESTIONS + 1;
    if (!timeOfDay()) sayUnanswered(server, say);
  }
}
