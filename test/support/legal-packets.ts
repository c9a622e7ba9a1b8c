/** Legal packets of any size from a broker to a board, with commands in between. */

import type { Packet } from "mqtt-packet";
import type { Plain } from "../../src/board.ts";
import type { AnsweringPlatform } from "./answering-platform.ts";

/** Longest message, in bytes. */
const LONGEST = 100_000;
/** Messages between two commands. */
const STRETCH = 10;

/**
 * Sends random messages of 0 to 100 000 bytes, short and long ones equally often, and after every ten a command, which
 * must be answered before the next ten.
 */
export async function sendLegalPackets(
  platform: AnsweringPlatform,
  { topic }: Plain,
  count: number,
  random: () => number,
): Promise<void> {
  const { data, topics } = platform;
  let lastId = 0;

  function whole(limit: number): number {
    return Math.floor(random() * limit);
  }

  function publish(to: string, payload: Buffer | string, retain: boolean): Packet {
    const qos = whole(3) as 0 | 1 | 2;
    const messageId = (lastId = (lastId % 65_535) + 1);
    const dup = qos > 0 && random() < 0.1;
    return { cmd: "publish", topic: to, payload, qos, retain, dup, messageId };
  }

  function anyTopic(): string {
    return random() < 0.5 ? `${topic}/set` : "t".repeat(1 + Math.floor(65_534 ** random()));
  }

  for (let sent = 0; sent < count; sent += STRETCH) {
    for (let i = 0; i < STRETCH; i++) {
      const payload = Buffer.alloc(Math.round((LONGEST + 1) ** random()) - 1, whole(256));
      platform.send(publish(anyTopic(), payload, random() < 0.2));
    }
    const command = sent % (2 * STRETCH) === 0 ? "on" : "off";
    const before = data.length;
    platform.send(publish(`${topic}/set`, command, false));
    await platform.until(() =>
      data.some((answer, at) => at >= before && answer === command && topics[at] === `${topic}/answer`),
    );
  }
}
