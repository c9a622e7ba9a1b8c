/** An MQTT server that sends a board command after command, as fast as it answers. */

import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { generate, parser, type IPublishPacket, type Packet } from "mqtt-packet";

export interface FeederOptions {
  /** QoS of the commands. */
  readonly qos: 0 | 1 | 2;
  /** The topic of the command with this number. */
  readonly command: (number: number) => string;
  /** Whether a message from the board answers a command. */
  readonly isAnswer: (topic: string) => boolean;
}

export interface Feeder {
  readonly port: number;
  /**
   * Sends this many `toggle` commands, one at a time; resolves when all are answered and nothing is in flight.
   * @throws Error if an answer is missing or the board opened another connection
   */
  feed(count: number): Promise<void>;
  /** Messages from the board so far. */
  received(): number;
  close(): Promise<void>;
}

/** Longest wait for an answer, in ms. */
const PATIENCE = 10_000;

export async function startFeeder({ qos, command, isAnswer }: FeederOptions): Promise<Feeder> {
  let socket: Socket | undefined;
  let connections = 0;
  let received = 0;
  let sent = 0;
  let goal = 0;
  let answered = 0;
  /** Packet identifiers in flight on either side. */
  const up = new Set<number>();
  const down = new Set<number>();
  let isSubscribed = false;
  let wake = (): void => undefined;

  function send(packet: Packet): void {
    socket?.write(generate(packet));
  }

  function pump(): void {
    if (isSubscribed && sent < goal && sent === answered) {
      const messageId = (sent++ % 65_535) + 1;
      if (qos > 0) down.add(messageId);
      const message = { topic: command(sent), payload: "toggle", qos, messageId, retain: false, dup: false };
      send({ cmd: "publish", ...message });
    }
    if (answered === goal && up.size === 0 && down.size === 0) wake();
  }

  function onPublish({ topic, qos, messageId = 0 }: IPublishPacket): void {
    received++;
    if (qos === 1) send({ cmd: "puback", messageId });
    if (qos === 2) {
      up.add(messageId);
      send({ cmd: "pubrec", messageId });
    }
    if (isAnswer(topic)) answered++;
  }

  function onPacket(packet: Packet): void {
    const { cmd, messageId = 0 } = packet;
    if (cmd === "connect") send({ cmd: "connack", returnCode: 0, sessionPresent: false });
    else if (cmd === "subscribe") {
      send({ cmd: "suback", messageId, granted: packet.subscriptions.map(() => qos) });
      isSubscribed = true;
    } else if (cmd === "pingreq") send({ cmd: "pingresp" });
    else if (cmd === "publish") onPublish(packet);
    else if (cmd === "pubrec") send({ cmd: "pubrel", messageId });
    else if (cmd === "puback" || cmd === "pubcomp") down.delete(messageId);
    else if (cmd === "pubrel") {
      up.delete(messageId);
      send({ cmd: "pubcomp", messageId });
    }
    pump();
  }

  const server = createServer((connection) => {
    connections++;
    socket = connection;
    const packets = parser({ protocolVersion: 4 });
    packets.on("packet", onPacket);
    connection.setNoDelay(true);
    connection.on("data", (bytes) => packets.parse(bytes)).on("error", () => undefined);
    connection.on("close", () => (isSubscribed = false));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    async feed(count) {
      goal += count;
      await new Promise<void>((resolve, reject) => {
        let seen = answered;
        const watch = setInterval(() => {
          if (answered === seen) reject(new Error(`no answer to command ${sent}`));
          seen = answered;
        }, PATIENCE);
        wake = () => {
          clearInterval(watch);
          resolve();
        };
        pump();
      });
      wake = () => undefined;
      if (connections !== 1) throw new Error(`the board opened ${connections} connections`);
    },
    received: () => received,
    async close() {
      socket?.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
