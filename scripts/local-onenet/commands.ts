/** Commands in progress: sent, awaiting an answer, answered. */

import { randomUUID } from "node:crypto";
import type { EventEmitter } from "node:events";
import { english } from "../cli/language.ts";
import type { Data } from "./data.ts";
import type { Events } from "./events.ts";
import { MAXIMUM_PAYLOAD } from "./limits.ts";
import type { Kept, Room } from "./room.ts";
import type { Undelivered } from "./sessions.ts";

export interface Command {
  readonly uuid: string;
  readonly device: string;
  response?: Buffer;
}

export type Sent =
  | { readonly sent: true; readonly uuid: string }
  | { readonly sent: false; readonly why: Undelivered | "size" };

export interface Commands {
  send(device: string, payload: Buffer): Sent;
  get(uuid: string): Command | undefined;
  /** Accepts a device's answer; returns the reason if it does not match an open command. */
  answer(device: string, uuid: string, payload: Buffer): string | undefined;
  /** Waits up to `timeout` ms for the answer to a command, then gives undefined. Only one caller may wait. */
  response(uuid: string, timeout: number): Promise<Buffer | undefined>;
  /** Ends every pending wait. */
  close(): void;
}

/**
 * @param kept how many commands are remembered
 * @param room shared storage for commands, responses and everything else the platform keeps
 * @param data what was kept of earlier commands
 * @param deliver sends a command to its device
 */
export function createCommands(
  events: EventEmitter<Events>,
  kept: number,
  room: Room,
  data: Data,
  deliver: (device: string, uuid: string, payload: Buffer) => Undelivered | undefined,
): Commands {
  const commands = new Map<string, Command>();
  /** The room entries of each command and its response. */
  const places = new Map<string, Kept[]>();
  /** Ends the wait for a command's answer. */
  const waiting = new Map<string, () => void>();

  function forget(uuid: string): void {
    commands.delete(uuid);
    for (const place of places.get(uuid) ?? []) room.release(place);
    places.delete(uuid);
  }

  function keep(uuid: string, device: string, size: number): void {
    places.set(uuid, [...(places.get(uuid) ?? []), room.keep(device, size, () => forget(uuid))]);
  }

  for (const command of data.commands(kept)) {
    const { uuid, device, response } = command;
    commands.set(uuid, { ...command });
    keep(uuid, device, response?.length ?? 0);
  }

  return {
    send(device, payload) {
      if (payload.length === 0 || payload.length > MAXIMUM_PAYLOAD) return { sent: false, why: "size" };
      const uuid = randomUUID();
      const why = deliver(device, uuid, payload);
      if (why !== undefined) return { sent: false, why };
      commands.set(uuid, { uuid, device });
      keep(uuid, device, 0);
      data.addCommand(uuid, device, payload);
      const [oldest] = commands.keys();
      if (commands.size > kept && oldest !== undefined) forget(oldest);
      events.emit("command", { uuid, device, payload });
      return { sent: true, uuid };
    },
    get: (uuid) => commands.get(uuid),
    answer(device, uuid, payload) {
      const command = commands.get(uuid);
      if (command?.device !== device) return english`this device was not sent such a command`;
      if (command.response !== undefined) return english`the command has already been answered`;
      command.response = Buffer.from(payload);
      keep(uuid, device, payload.length);
      data.addResponse(uuid, command.response);
      events.emit("response", { uuid, device, payload: command.response });
      waiting.get(uuid)?.();
      return undefined;
    },
    async response(uuid, timeout) {
      const command = commands.get(uuid);
      if (command === undefined || command.response !== undefined) return command?.response;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeout);
        waiting.set(uuid, () => {
          clearTimeout(timer);
          resolve();
        });
      });
      waiting.delete(uuid);
      return command.response;
    },
    close() {
      for (const end of waiting.values()) end();
    },
  };
}
