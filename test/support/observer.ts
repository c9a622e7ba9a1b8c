/** An MQTT client that observes a board's messages at a broker, and sends it commands. */

import { connectAsync } from "./mqtt-client.ts";

export interface Observer {
  /** Resolves with the next message to a topic with a matching payload, starting with those not examined yet. */
  next(topic: string, payload?: RegExp): Promise<Buffer>;
  /** Publishes at QoS 1 and waits for the broker to have it. */
  send(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

export async function observe(port: number, topics: string[]): Promise<Observer> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const messages: { topic: string; payload: Buffer }[] = [];
  let wake = (): void => undefined;
  client.on("message", (topic, payload) => {
    messages.push({ topic, payload });
    wake();
  });
  await client.subscribe(topics, { qos: 1 });

  return {
    async next(topic, pattern = /^/) {
      for (;;) {
        const at = messages.findIndex(
          (seen) => seen.topic === topic && pattern.test(seen.payload.toString()),
        );
        const message = messages[at];
        if (message) {
          messages.splice(0, at + 1);
          return message.payload;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async send(topic, payload) {
      await client.publish(topic, payload, { qos: 1 });
    },
    close: () => client.cut(),
  };
}
