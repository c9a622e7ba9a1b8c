/**
 * A persistent device connection: logs in, subscribes to everything its generation allows, and reconnects after being
 * cut.
 */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createFraming } from "../../local-onenet/wire/framing.ts";
import { connectOf, PING, publishOf, subscribeOf } from "./packets.ts";
import { nameOf } from "../../local-onenet/devices.ts";
import { DEVICE_OF, type Sender } from "./payloads.ts";
import { PROBE } from "./world.ts";

export interface DeviceWire {
  /** Sends bytes and waits until they are processed or the platform has cut the connection. */
  exchange(bytes: Buffer): Promise<void>;
  /** Logs in if it is not logged in. */
  comeOnline(): Promise<void>;
  close(): void;
}

const FILTERS = {
  lamp: ["t"],
  meter: ["cmd/request/+", "cmd/response/+/+", "dp/post/json/+", "image/#"],
  heater: [
    "thing/property/#",
    "thing/service/+/invoke",
    "thing/event/post/reply",
    "thing/sub/#",
    "ota/inform",
  ],
} as const;

/** Topics of sub-devices. */
const OTHERS = { lamp: [], meter: [`$subdev/${nameOf(PROBE)}/#`], heater: [] } as const;

/** First bytes of packets. */
const CONNACK = 0x20;
const PUBLISH = 0x30;
const PONG = 0xd0;

/** Most bytes examined per packet: the size of the largest one. */
const KEPT = 70_000;

/**
 * @param port the port for the device's generation
 * @param isObedient whether it answers commands and requests
 */
export function createDeviceWire(from: Sender, port: number, isObedient: () => boolean): DeviceWire {
  const { product, device, generation } = DEVICE_OF[from];
  const tree = generation === "multiprotocol" ? "" : `$sys/${product}/${device}/`;
  let socket: Socket | undefined;
  /** Receives the first byte of each packet, or undefined when the connection has ended. */
  let onPacket: (first: number | undefined) => void = () => undefined;

  /** Resolves with the next packet that begins with `first`, or at the end of the connection. */
  function until(first: number): Promise<boolean> {
    return new Promise((resolve) => {
      onPacket = (each) => {
        if (each === first || each === undefined) resolve(each === first);
      };
    });
  }

  function open(): Socket {
    const opened = connect({ port, host: "127.0.0.1", noDelay: true });
    const framing = createFraming(KEPT);
    opened.on("error", () => undefined);
    opened.on("data", (chunk: Buffer) => {
      for (const { bytes } of framing.push(chunk)) {
        const first = bytes[0] ?? 0;
        if (first === PUBLISH && isObedient()) obey(opened, Buffer.from(bytes));
        onPacket(first);
      }
    });
    opened.on("close", () => {
      if (socket === opened) socket = undefined;
      onPacket(undefined);
    });
    return opened;
  }

  function obey(to: Socket, packet: Buffer): void {
    const { topic, payload } = messageOf(packet);
    if (topic.includes("/cmd/request/"))
      to.write(publishOf(topic.replace("/request/", "/response/"), payload, 0));
    else if (topic.startsWith("$creq/")) to.write(publishOf(topic.replace("$creq", "$crsp"), payload, 0));
    else if (/\/thing\/(property\/[gs]et|service\/\w+\/invoke)$/.test(topic)) {
      const { id } = JSON.parse(payload.toString()) as { id: string };
      const reply = JSON.stringify({ id, code: 200, msg: "success" });
      to.write(publishOf(`${topic}_reply`, Buffer.from(reply), 0));
    }
  }

  return {
    async comeOnline() {
      if (socket?.writable) return;
      socket = open();
      await once(socket, "connect");
      socket.write(connectOf(from));
      if (!(await until(CONNACK))) throw new Error(`${from} was not allowed to log in`);
      socket.write(
        Buffer.concat([subscribeOf(...FILTERS[from].map((filter) => tree + filter), ...OTHERS[from]), PING]),
      );
      if (!(await until(PONG))) throw new Error(`${from} could not subscribe`);
    },
    async exchange(bytes) {
      if (!socket?.writable) return;
      socket.write(Buffer.concat([bytes, PING]));
      await until(PONG);
    },
    close: () => void socket?.destroy(),
  };
}

/** Topic and payload of a QoS 0 PUBLISH. */
function messageOf(packet: Buffer): { topic: string; payload: Buffer } {
  let at = 1;
  while ((packet[at] ?? 0) >= 0x80) at++;
  const start = at + 3;
  const end = start + packet.readUInt16BE(at + 1);
  return { topic: packet.toString("utf8", start, end), payload: packet.subarray(end) };
}
