/** Plays an exchange on a rig, checks that it runs as written, and records everything sent and done. */

import type { Exchange, Step } from "../exchanges/exchange.ts";
import { buildScript } from "./bundles.ts";
import { bytes, hex } from "./bytes.ts";
import { isWholeRequest } from "./http-request.ts";
import type { Rig, RigMaker } from "./rig.ts";
import {
  startScriptedPlatform,
  type PlatformConnection,
  type ScriptedPlatform,
} from "./scripted-platform.ts";

export interface Played {
  /** Line by line, with times: the program's actions and events, console output and LED states. */
  readonly board: readonly string[];
  /** Step by step: what arrived at the platform on each connection. */
  readonly wire: readonly string[];
  /** The flash at the end, one line per file. */
  readonly flash: readonly string[];
  /** Bytes on the wire, both ways. */
  readonly bytes: number;
}

/** @throws {Error} that shows what the board did, if the exchange does not run as written */
export async function play(
  { name, board, before = "", steps }: Exchange,
  makeRig: RigMaker,
): Promise<Played> {
  const platform = await startScriptedPlatform();
  const rig = await makeRig(board, before + (await buildScript(board)), platform);
  const director = direct(rig, platform);
  try {
    await rig.start();
    director.note("start");
    for (const [index, step] of steps.entries()) {
      const what = `step ${index + 1}, ${step.kind}`;
      try {
        await director.take(step);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`${name}: ${what}: ${why}\n${rig.lines.join("\n")}`, { cause });
      }
      director.note(what);
    }
    const flash = [...(await rig.files())].map(([file, text]) => `${file} = ${text}`).sort();
    const sent = platform.connections.reduce((sum, { sent, received }) => sum + sent + received.length, 0);
    return { board: [...rig.lines], wire: director.wire, flash, bytes: sent };
  } finally {
    await rig.stop();
    await platform.close();
  }
}

/** The board's longest wait between two tries is 60 s; in ms. */
const PATIENCE = 65_000;
/** In ms. */
const PATIENCE_STEP = 500;

interface Director {
  readonly wire: readonly string[];
  take(step: Step): Promise<void>;
  /** Records what arrived at the platform since the last note. */
  note(when: string): void;
}

function direct(rig: Rig, platform: ScriptedPlatform): Director {
  const wire: string[] = [];
  const noted: { received: number; events: number }[] = [];
  /** How much of each connection has been consumed, and which one is current. */
  let taken = 0;
  let current = -1;
  let seen = 0;
  let id = "";

  function connection(): PlatformConnection {
    const found = platform.connections[current];
    if (!found) throw new Error("there is no connection: accept one first");
    return found;
  }

  /** The board acts in its own time, partly at random: lets time pass until it has. */
  async function until(isDone: () => boolean, otherwise: string): Promise<void> {
    for (let passed = 0; !isDone(); passed += PATIENCE_STEP) {
      if (passed > PATIENCE) throw new Error(otherwise);
      await rig.pass(PATIENCE_STEP);
    }
  }

  async function takePacket(start: string, containing: string): Promise<void> {
    const isRight = (packet: string) => packet.startsWith(bytes(start)) && packet.includes(containing);
    /** Skips earlier packets. */
    const isThere = () => {
      for (;;) {
        const packet = firstPacket(connection().received.slice(taken));
        if (packet === undefined) return false;
        taken += packet.length;
        id = identifierOf(packet) ?? id;
        if (isRight(packet)) return true;
      }
    };
    await until(isThere, `no packet ${start} ${containing} came`);
  }

  async function take(step: Step): Promise<void> {
    switch (step.kind) {
      case "accept":
        taken = 0;
        current++;
        return until(() => platform.connections.length > current, "the board opened no connection");
      case "take":
        return takePacket(step.start, step.containing);
      case "take-request": {
        const isThere = () =>
          isWholeRequest(connection().received) && connection().received.includes(step.containing);
        return until(isThere, `no request ${step.containing} came`);
      }
      case "give":
        for (const piece of step.pieces) {
          connection().send(bytes(piece.replaceAll("ID", id)));
          await rig.settle();
        }
        return;
      case "give-and-end":
        connection().send(bytes(step.bytes));
        connection().end(step.way);
        return rig.settle();
      case "pass":
        return rig.pass(step.ms);
      case "end":
        connection().end(step.way);
        return rig.settle();
      case "listen":
        return platform.listen(step.isOn);
      case "level":
        return rig.setLevel(step.pin, step.level);
      case "climate":
        return rig.setClimate(step.pin, step.climate, step.index);
      case "drop":
        return rig.drop();
      case "air":
        return rig.setAccessPoint(step.network, step.isThere);
      case "clock":
        return rig.moveClock(step.ms);
      case "time-server":
        rig.time.isSilent = !step.isOn;
        return;
      case "power":
        return rig.powerCycle();
      case "see": {
        const at = rig.lines.findIndex((line, i) => i >= seen && step.line.test(lineOf(line)));
        if (at < 0) throw new Error(`no line matched ${String(step.line)}`);
        seen = at + 1;
      }
    }
  }

  return {
    wire,
    take,
    note(when) {
      for (const [index, { received, events }] of platform.connections.entries()) {
        const before = noted[index] ?? { received: 0, events: 0 };
        const news = [hex(received.slice(before.received)), ...events.slice(before.events)].filter(Boolean);
        if (news.length > 0) wire.push(`${when}: connection ${index + 1}: ${news.join(", ")}`);
        noted[index] = { received: received.length, events: events.length };
      }
    },
  };
}

/** A rig's line without its time. */
function lineOf(line: string): string {
  return line.slice(line.indexOf(" ") + 1);
}

/** The first complete packet of a stream. */
function firstPacket(stream: string): string | undefined {
  let length = 0;
  for (let at = 1; at < Math.min(stream.length, 5); at++) {
    const byte = stream.charCodeAt(at);
    length += (byte & 127) * 128 ** (at - 1);
    if (byte < 128) return stream.length > at + length ? stream.slice(0, at + 1 + length) : undefined;
  }
  return undefined;
}

/** The packet identifier, in hexadecimal. */
function identifierOf(packet: string): string | undefined {
  const type = packet.charCodeAt(0) >> 4;
  const qos = (packet.charCodeAt(0) >> 1) & 3;
  let at = 1;
  while (packet.charCodeAt(at++) > 127);
  if (type === 3) {
    if (qos === 0) return undefined;
    at += 2 + packet.charCodeAt(at) * 256 + packet.charCodeAt(at + 1);
  } else if (![4, 5, 6, 7, 8, 10].includes(type)) return undefined;
  return hex(packet.slice(at, at + 2));
}
