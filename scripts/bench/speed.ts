/**
 * Compares the firmware with Espruino's own modules on the interpreter: a publish, and a command from its bytes to its
 * effect. Each client has its own interpreter, because the declarations of one would slow down name look-ups in
 * another. A round runs all of them, one after the other.
 */

import type { Board } from "../boards/board.ts";
import { startOnEspruino } from "./interpreter.ts";
import { bundleFirmware } from "./bundle.ts";
import type { Peers } from "./peers.ts";
import { firmwareProgram, mqttProgram, tinyMqttProgram } from "./programs.ts";
import { rowOf, type Course, type Row, type Series } from "./rows.ts";
import { median } from "./statistics.ts";

/**
 * Batches a program times per round: few, so that rounds are short and the compared runs are close together in time.
 */
const BATCHES = 5;

export async function benchSpeed(
  binary: string,
  board: Board,
  peers: Peers | undefined,
  { rounds, next }: Course,
): Promise<Row[]> {
  const programs = new Map([
    ["firmware0", firmwareProgram(await bundleFirmware(withQos(board, 0)), 0, BATCHES)],
    ["firmware1", firmwareProgram(await bundleFirmware(withQos(board, 1)), 1, BATCHES)],
  ]);
  if (peers) {
    programs.set("tinyMqtt", tinyMqttProgram(peers, BATCHES));
    programs.set("mqtt", mqttProgram(peers, BATCHES));
  }

  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [i, [client, program]] of [...programs].entries()) {
      next((round + i / programs.size) / rounds);
      for (const [what, µs] of await time(binary, program)) {
        const key = `${client} ${what}`;
        times.set(key, [...(times.get(key) ?? []), µs]);
      }
    }
  }

  const series = (key: string, name: string): Series => ({ name, rounds: times.get(key) ?? [] });
  const ours = (key: string) => series(key, "ours");
  const tiny = (what: string) => (peers ? series(`tinyMqtt ${what}`, "tinyMQTT") : undefined);
  const mqtt = (what: string) => (peers ? series(`mqtt ${what}`, "MQTT") : undefined);
  const row = (what: string, side: Series, against?: Series, target?: number) =>
    rowOf("speed", what, "µs", side, against, target);
  const scale = mqtt("publish0");
  return [
    row("publish at QoS 0", ours("firmware0 publish0"), tiny("publish0"), 1),
    row("publish at QoS 1, theirs at 0", ours("firmware1 publish1"), tiny("publish0"), 1),
    row("publish at QoS 1", ours("firmware1 publish1"), mqtt("publish1")),
    ...(scale ? [row("publish at QoS 0", scale, tiny("publish0"))] : []),
    row("command, until the pin is set", ours("firmware1 pin"), tiny("event"), 1.5),
    row("command, until the pin is set", ours("firmware1 pin"), mqtt("event")),
    row("command, with its answer", ours("firmware1 obey"), tiny("event")),
  ];
}

function withQos(board: Board, qos: 0 | 1): Board {
  return { ...board, onenet: { ...board.onenet, qos } };
}

/** Runs a program to its end and returns the median batch time of everything it measured. */
async function time(binary: string, program: string): Promise<Map<string, number>> {
  const espruino = await startOnEspruino(binary, program);
  try {
    await espruino.next(/^DONE$|FAULT|Uncaught/);
    const times = new Map<string, number>();
    for (const line of espruino.lines) {
      const [, what, figures] = /^TIMES (\w+) (.*)$/.exec(line) ?? [];
      if (what && figures) times.set(what, median(figures.split(" ").map(Number)));
    }
    if (!espruino.lines.includes("DONE")) throw new Error(espruino.lines.slice(-5).join("\n"));
    return times;
  } finally {
    await espruino.stop();
  }
}
