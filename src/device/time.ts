/**
 * The time of day, from a time server. ESP32, ESP32-C3 and ESP32-S3 must not be given to `Wifi.setSNTP`, which moves the
 * clock under the timers (docs/chip.md): there it is asked here. An ESP8266 sets its clock as it should, and could not
 * look up the server's name for a datagram.
 */

import { checkSetting } from "../app/advice";
import { SNTP_PORT, sntpAnswer, sntpQuestion } from "../app/sntp";
import { millis, setClock } from "./clock";
import { wifi } from "./radio";

/** 2020-01-01 in ms since 1970: a clock that shows less has not been set. */
const PLAUSIBLE = 1577836800000;
/** Wait for an answer, in ms. */
export const ANSWER_TIME = 10000;
/** Questions in a row that may stay without one. */
export const QUESTIONS = 3;
/** Time until the server is asked again, in ms, whether it answered or not. */
export const AGAIN = 900000;

let socket: DatagramSocket | undefined;
/** Questions since the last answer. */
let asked = 0;
/** When to ask next; by ticks, in ms. */
let dueAt = 0;

/** In ms since 1970; 0 while the clock has not been set. */
export function timeOfDay(): number {
  const now = millis();
  return now < PLAUSIBLE ? 0 : now;
}

/** Whether the time is known, or the server has had its time to tell it. */
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
 * Asks the server when it is time to. To be called once there is a network, and at each tick while there is.
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
    // no socket, or no such name: as no answer
  }
}

/** The same on an ESP8266, which asks by itself from then on. */
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
