/** A platform that answers whatever a board sends, at once or when it is told to, and counts. */

import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { generate, parser, type Packet } from "mqtt-packet";

export interface AnsweringPlatform {
  readonly port: number;
  /** How many log-ins came. */
  logIns(): number;
  /** How many pings came. */
  pings(): number;
  /** Payloads of all data points. */
  readonly data: readonly string[];
  /** From now on a log-in waits until `accept`. */
  hold(): void;
  accept(): void;
  /** @returns once it holds; looked at whenever something came */
  until(holds: () => boolean): Promise<void>;
  command(topic: string, payload: string): void;
  /** Cuts the connection that there is. */
  cut(): void;
  close(): Promise<void>;
}

/** Longest wait, in ms. */
const PATIENCE = 40_000;

export async function startAnsweringPlatform(): Promise<AnsweringPlatform> {
  const data: string[] = [];
  let socket: Socket | undefined;
  let logIns = 0;
  let pings = 0;
  let isHeld = false;
  let wake = (): void => undefined;

  function send(packet: Packet): void {
    socket?.write(generate(packet));
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
        if (packet.qos === 1) send({ cmd: "puback", messageId });
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
    next.on("data", (bytes) => packets.parse(bytes));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    logIns: () => logIns,
    pings: () => pings,
    data,
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
    cut: () => socket?.destroy(),
    async close() {
      socket?.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
