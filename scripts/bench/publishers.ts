/**
 * Many MQTT clients that publish at a steady rate. They use bare sockets, so their cost does not depend on the server.
 */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";

export interface Publisher {
  readonly clientId: string;
  readonly userName: string;
  readonly password: string;
}

export interface Load {
  /** Publishes acknowledged so far. */
  acknowledged(): number;
  /** Publishes not acknowledged yet. */
  awaited(): number;
  /** Makes each client publish once, now. */
  publishOnce(): void;
  /** From now on, each client publishes this often per second at QoS 1; 0 stops. */
  publish(rate: number): void;
  /** @throws Error if a connection was lost */
  close(): void;
}

const CONNACK = 0x20;
const PUBACK = 0x40;

/** Time between checks for due publishes, in ms. */
const STEP = 5;

/** Logs in all clients. @throws Error if one is refused */
export async function openLoad(
  port: number,
  publishers: readonly Publisher[],
  topic: string,
  payload: Buffer,
): Promise<Load> {
  let acknowledged = 0;
  let sent = 0;
  let lost: string | undefined;
  let isClosed = false;
  const sockets: Socket[] = [];
  for (const publisher of publishers) sockets.push(await logIn(port, publisher));
  for (const socket of sockets) {
    socket.on("close", () => {
      if (!isClosed) lost ??= "the server closed a connection";
    });
    // Only PUBACKs arrive, of 4 bytes each.
    let part = 0;
    socket.on("data", (bytes) => {
      part += bytes.length;
      acknowledged += part >> 2;
      part &= 3;
      if (bytes[0] !== PUBACK && bytes.length >= 4) lost ??= "the server sent something other than PUBACK";
    });
  }
  const packets = Array.from({ length: 16 }, (_, i) =>
    generate({ cmd: "publish", topic, payload, qos: 1, messageId: i + 1, retain: false, dup: false }),
  );
  let timer: NodeJS.Timeout | undefined;

  return {
    acknowledged: () => acknowledged,
    awaited: () => sent - acknowledged,
    publishOnce() {
      for (const socket of sockets) {
        socket.write(packets[0] ?? "");
        sent++;
      }
    },
    publish(rate) {
      clearInterval(timer);
      const from = performance.now();
      let due = 0;
      if (rate > 0)
        timer = setInterval(() => {
          const until = Math.floor(((performance.now() - from) * rate * sockets.length) / 1000);
          for (; due < until; due++, sent++) {
            const round = Math.floor(due / sockets.length);
            sockets[due % sockets.length]?.write(packets[round % packets.length] ?? "");
          }
        }, STEP);
    },
    close() {
      isClosed = true;
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      if (lost !== undefined) throw new Error(lost);
    },
  };
}

async function logIn(port: number, { clientId, userName, password }: Publisher): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  socket.write(
    generate({
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clean: true,
      keepalive: 120,
      clientId,
      username: userName,
      password: Buffer.from(password),
    }),
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  if (answer[0] !== CONNACK || answer[3] !== 0) throw new Error(`the log-in of ${clientId} was refused`);
  return socket;
}
