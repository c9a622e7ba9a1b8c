/**
 * Compares the firmware's codec with mqtt-packet on Node: encoding and decoding a QoS 1 PUBLISH to `$dp`. Each round
 * measures every task for a few milliseconds, one after the other, and ratios are taken within a round.
 */

import { setImmediate as breathe } from "node:timers/promises";
import { compileFunction } from "node:vm";
import { generate, parser, type IPublishPacket } from "mqtt-packet";
import type { Board } from "../boards/board.ts";
import { bundleCodec } from "./bundle.ts";
import { FRAME } from "./message.ts";
import { rowOf, type Course, type Row, type Series } from "./rows.ts";
import { median } from "./statistics.ts";

interface Codec {
  readonly publish: (topic: string, payload: string, qos: number, id: number) => string;
  readonly receive: (bytes: string) => string | undefined;
  /** Messages received so far, and the bytes of their topics and payloads. */
  readonly received: () => [messages: number, bytes: number];
}

/** Packets a task handles per call, so that reading the clock costs little by comparison. */
const BATCH = 200;
/** Time per task in a round, in ms. */
const TASK_TIME = 8;
/** Warm-up rounds, because V8 compiles code that runs often. */
const WARM_UP = 5;

export async function benchNode(board: Board, { rounds, next }: Course): Promise<Row[]> {
  const codec = loadCodec(await bundleCodec(board));
  const tasks = createTasks(codec);
  const times = new Map(Object.keys(tasks).map((name) => [name, [] as number[]]));
  for (let round = -WARM_UP; round < rounds; round++) {
    await breathe(); // Gives Ctrl-C a chance.
    next((round + WARM_UP) / (rounds + WARM_UP));
    for (const [name, task] of Object.entries(tasks)) {
      const time = timeOf(task);
      if (round >= 0) times.get(name)?.push((time * 1e6) / BATCH);
    }
  }

  const series = (task: keyof typeof tasks, name: string): Series => ({
    name,
    rounds: times.get(task) ?? [],
  });
  const generated = series("generate", "mqtt-packet");
  return [
    rowOf("node", "encode, as bytes", "ns", series("encode", "ours"), generated, 0.1),
    rowOf("node", "encode, as a Buffer", "ns", series("encodeBuffer", "ours"), generated, 1 / 3),
    rowOf("node", "decode", "ns", series("decode", "ours"), series("parse", "mqtt-packet"), 1 / 3),
  ];
}

/** The median time of a call within {@link TASK_TIME}, in ms. */
function timeOf(task: () => void): number {
  const times: number[] = [];
  let now = performance.now();
  const end = now + TASK_TIME;
  while (now < end) {
    task();
    const done = performance.now();
    times.push(done - now);
    now = done;
  }
  return median(times);
}

function loadCodec(script: string): Codec {
  const codec = {};
  const load = compileFunction(script, ["global"]) as (global: object) => void;
  load(codec);
  return codec as Codec;
}

/** Each task handles {@link BATCH} packets. @throws Error if the two sides do different work */
function createTasks({ publish, receive, received }: Codec) {
  const packet: IPublishPacket = {
    cmd: "publish",
    topic: "$dp",
    payload: FRAME,
    qos: 1,
    retain: false,
    dup: false,
    messageId: 1,
  };
  const buffer = generate(packet);
  if (publish("$dp", FRAME, 1, 1) !== buffer.toString("latin1")) throw new Error("the encoders differ");

  const theirs = parser();
  let messages = 0;
  let bytes = 0;
  theirs.on("packet", (packet) => {
    if (packet.cmd !== "publish") return;
    messages++;
    bytes += packet.topic.length + packet.payload.length;
  });
  theirs.parse(buffer);
  receive(buffer.toString("latin1"));
  if (JSON.stringify(received()) !== JSON.stringify([messages, bytes]))
    throw new Error("the decoders differ");

  /** Prevents V8 from optimising away unused results. */
  let sink = 0;
  function repeat(work: (id: number) => number): () => void {
    return () => {
      for (let id = 1; id <= BATCH; id++) sink = (sink + work(id)) | 0;
    };
  }
  return {
    // V8 concatenates strings lazily: reading one byte makes it do all the work.
    encode: repeat((id) => publish("$dp", FRAME, 1, id).charCodeAt(7)),
    encodeBuffer: repeat((id) => Buffer.from(publish("$dp", FRAME, 1, id), "latin1").length),
    generate: repeat((id) => {
      packet.messageId = id;
      return generate(packet).length;
    }),
    decode: repeat(() => (receive(buffer.toString("latin1")) === undefined ? 1 : 0)),
    parse: repeat(() => theirs.parse(buffer)),
  };
}
