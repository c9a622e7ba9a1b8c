/** A platform that answers everything a board sends, at once or on request, and counts it. */

import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { generate, parser, type Packet } from "mqtt-packet";

export interface AnsweringPlatform {
  readonly port: number;
  /** Number of log-ins. */
  logIns(): number;
  /** Number of pings. */
  pings(): number;
  /** Payloads of all publishes. */
  readonly data: readonly string[];
  /** Their topics. */
  readonly topics: readonly string[];
  /** Publishes not acknowledged yet. */
  unacknowledged(): number;
  /** From now on, publishes are not acknowledged until `acknowledge`. */
  withhold(): void;
  acknowledge(): void;
  /** From now on, log-ins wait until `accept`. */
  hold(): void;
  accept(): void;
  /** @returns once the condition holds; checked whenever something arrives */
  until(holds: () => boolean): Promise<void>;
  command(topic: string, payload: string): void;
  /** Sends packets at once. */
  send(...packets: readonly Packet[]): void;
  /** Cuts the current connection. */
  cut(): void;
  close(): Promise<void>;
}

/** Longest wait, in ms. */
const PATIENCE = 40_000;

export async function startAnsweringPlatform(): Promise<AnsweringPlatform> {
  const data: string[] = [];
  const topics: string[] = [];
  /** Pending acknowledgements, by packet identifier. */
  const withheld = new Map<number, Packet>();
  let isWithholding = false;
  let socket: Socket | undefined;
  let logIns = 0;
  let pings = 0;
  let isHeld = false;
  let wake = (): void => undefined;

  function send(...packets: readonly Packet[]): void {
    socket?.write(Buffer.concat(packets.map((packet) => generate(packet))));
  }

  function acknowledge(): void {
    isWithholding = false;
    send(...withheld.values());
    withheld.clear();
  }

  function accept(): void {
    isHeld = false;
    send({ cmd: "connack", returnCode: 0, sessionPresent: false });
  }

  function answer(packet: Packet): void {
    const { messageId = 0 } = packet;
    switch (packet.cmd) {
      case "connect":
        logIns++;
        if (!isHeld) accept();
        break;
      case "subscribe":
        send({ cmd: "suback", messageId, granted: packet.subscriptions.map(({ qos }) => qos) });
        break;
      case "publish":
        data.push(packet.payload.toString());
        topics.push(packet.topic);
        if (packet.qos > 0)
          withheld.set(messageId, { cmd: packet.qos === 1 ? "puback" : "pubrec", messageId });
        if (!isWithholding) acknowledge();
        break;
      case "pubrel":
        send({ cmd: "pubcomp", messageId });
        break;
      case "pubrec":
        send({ cmd: "pubrel", messageId });
        break;
      case "pingreq":
        pings++;
        send({ cmd: "pingresp" });
        break;
      default:
    }
    wake();
  }

  const server = createServer({ noDelay: true }, (next) => {
    socket = next.on("error", () => undefined);
    const packets = parser({ protocolVersion: 4 }).on("packet", answer);
    packets.on("error", () => next.destroy());
    next.on("data", (bytes) => packets.parse(bytes));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    logIns: () => logIns,
    pings: () => pings,
    data,
    topics,
    unacknowledged: () => withheld.size,
    withhold: () => void (isWithholding = true),
    acknowledge,
    hold: () => void (isHeld = true),
    accept,
    async until(holds) {
      const end = Date.now() + PATIENCE;
      while (!holds()) {
        if (Date.now() > end) throw new Error(`it never held: ${String(holds)}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 500);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    command: (topic, payload) => send({ cmd: "publish", topic, payload, qos: 0, retain: false, dup: false }),
    send,
    cut: () => socket?.destroy(),
    async close() {
      socket?.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
