/**
 * The chip's own SNTP client, which `Wifi.setSNTP` starts. It belongs to the chip, not to the program: `reset()` and
 * `load()` leave it running.
 *
 * ESP32: lwIP asks at once, and sets the system clock under the running timers (jswrap_esp32_network.c). It keeps a
 * pointer to a name that is freed when the call returns, so it never asks again. C3 and S3: the first request comes
 * after that, so no answer ever arrives. A second start fails an assertion. ESP8266: the SDK asks until it gets an
 * answer, and one of Espruino's timers sets the clock by `setTime` (jswrap_esp8266_network.c).
 */
import type { ChipFacts } from "./chips.ts";
import type { Loop } from "./loop.ts";
import { findRoute, type Network } from "./network.ts";
import { openUdp, type UdpSocket } from "./udp.ts";

export interface SntpParts {
  readonly chip: ChipFacts;
  readonly network: Network;
  readonly online: () => boolean;
  /** The board's clock, in ms. */
  readonly now: () => number;
  /** Sets the system clock, in ms since 1970, without adjusting timers. */
  readonly jumpTo: (ms: number) => void;
  /** `setTime` */
  readonly setTime: (ms: number) => void;
}

export interface Sntp {
  /**
   * `Wifi.setSNTP`
   * @returns the failed assertion if it already runs; the chip then restarts
   */
  start(server: string): string | undefined;
  /** Continues on the loop of a new interpreter run. */
  attach(loop: Loop): void;
  /** Stops: the chip restarts. Resolves when nothing is in flight. */
  stop(): Promise<void>;
}

/** From the program's call to the first check of the SDK's time, and between checks, in ms. */
const FIRST_LOOK = 100;
const NEXT_LOOK = 30_000;
/** From an unanswered request to the next, and from an answer to the next request, in ms. */
const RETRY = 15_000;
const UPDATE = 3_600_000;

const SIZE = 48;
/** Version 4, client. */
const CLIENT = 0x23;
const FROM_1900 = 2_208_988_800;

const ASSERTION =
  "assert failed: sntp_setoperatingmode sntp.c (Operating mode must not be set while SNTP client is running)";

export function createSntp({ chip, network, online, now, jumpTo, setTime }: SntpParts): Sntp {
  const sockets = new Set<UdpSocket>();
  let loop: Loop | undefined;
  let server: string | undefined;
  let cancels: (() => void)[] = [];
  /** ESP8266: the SDK's time minus `now()`. */
  let offset: number | undefined;

  function ask(name: string, answered: (ms: number) => void): void {
    const route = findRoute(network, name, 123, "udp");
    if (!online() || route?.port === undefined) return;
    const question = Buffer.alloc(SIZE);
    question.writeUInt8(CLIENT, 0);
    const udp = openUdp((answer) => {
      if (answer.length < SIZE || !sockets.delete(udp)) return;
      udp.close();
      if (online()) answered(timeIn(answer));
    });
    sockets.add(udp);
    udp.send(question, route.port);
  }

  function askAgain(name: string): void {
    ask(name, (ms) => (offset = ms - now()));
    after(offset === undefined ? RETRY : UPDATE, () => askAgain(name));
  }

  function look(): void {
    if (offset !== undefined) setTime(Math.floor((now() + offset) / 1000) * 1000);
    after(NEXT_LOOK, look);
  }

  function after(ms: number, job: () => void): void {
    if (loop) cancels.push(loop.after(ms, job));
  }

  function begin(): void {
    for (const cancel of cancels.splice(0)) cancel();
    if (server === undefined || !chip.asynchronous) return;
    askAgain(server);
    after(FIRST_LOOK, look);
  }

  return {
    start(name) {
      if (server !== undefined && !chip.asynchronous) return ASSERTION;
      server = name;
      offset = undefined;
      if (chip.sntpAnswers) ask(name, jumpTo);
      begin();
      return undefined;
    },
    attach(next) {
      loop = next;
      cancels = [];
      begin();
    },
    async stop() {
      server = undefined;
      offset = undefined;
      const all = [...sockets];
      sockets.clear();
      for (const udp of all) udp.close();
      await Promise.all(all.map((udp) => udp.closed));
    },
  };
}

/** When the answer was sent, in ms since 1970 [RFC 4330, 3]. */
function timeIn(answer: Buffer): number {
  const seconds = answer.readUInt32BE(40);
  const since1900 = seconds < 2 ** 31 ? seconds + 2 ** 32 : seconds;
  return (since1900 - FROM_1900) * 1000 + (answer.readUInt32BE(44) / 2 ** 32) * 1000;
}
