import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import type { Qos } from "../../../src/mqtt/packet.ts";
import { MAXIMUM_HELD, type SessionOptions } from "../../../src/mqtt/session.ts";
import { hex } from "../../support/bytes.ts";
import { FEATURE_SETS } from "../../support/feature-sets.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";
import { createRandom, type Random } from "../../../scripts/bench/fuzz/random.ts";
import { decode } from "./decoded.ts";
import { answerTo, flood, ownPacket, pieces, spoil } from "./hostile-server.ts";
import { watch, type Watched } from "./watched-session.ts";

/** Number of streams; use `FUZZ=1000000 npm run test:long -- src/mqtt` for the full proof. */
const STREAMS = Number(process.env["FUZZ"] ?? 5000);
/** With this many, even the rarest violation has occurred several times. */
const ENOUGH = 50_000;
/**
 * The first stream's seed; it increases by one for each, so `FUZZ=1 SEED=<seed of the stream>` repeats a single one.
 */
const SEED = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);

/** Every clause in the table of docs/mqtt.md. */
const DOCUMENTED = [...(await readFile("docs/mqtt.md", "utf8")).matchAll(/^\| (MQTT-\S+)/gm)].map(
  ([, clause = ""]) => clause,
);

/** How often each clause was named. */
const named = new Map<string, number>();

afterAll(() => {
  setFeatures(ALL_FEATURES);
  if (STREAMS >= ENOUGH) console.log([...named].sort(([, a], [, b]) => b - a));
});

describe(`${STREAMS} hostile streams, SEED=${SEED}`, () => {
  it("raise no exception, and stay within every bound of the decoder and the session", () => {
    for (let i = 0; i < STREAMS; i++) {
      const random = createRandom(SEED + i);
      const stream: string[] = [];
      try {
        converse(random, stream);
      } catch (cause) {
        const what = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`SEED=${SEED + i}: ${what}\n${stream.map(hex).join("\n")}`, { cause });
      }
    }
  }, 3_600_000);

  it("are rejected only with clauses that the documentation lists", () => {
    expect(named.size).toBeGreaterThan(10);
    expect(DOCUMENTED).toEqual(expect.arrayContaining([...named.keys()]));
  });

  it.skipIf(STREAMS < ENOUGH)("are rejected with every clause that the documentation lists", () => {
    expect([...named.keys()].sort()).toEqual([...DOCUMENTED].sort());
  });
});

/** A session over up to three connections, with a randomly hostile server. */
function converse(random: Random, stream: string[]): void {
  const { features } = random.pick(FEATURE_SETS);
  setFeatures(features);
  const limit = random.pick([60, 100, 4096]);
  const cleanSession = !features.lastingSession || random.chance(0.3);
  const options: SessionOptions = {
    logIn: () => ({ clientId: "dev", cleanSession, keepAlive: 10 }),
    pingPeriod: 2000,
    responseTimeout: 5000,
    maximumInFlight: 1 + random.int(5),
    maximumPacket: limit,
    lastId: random.pick([0, 65_533]),
  };
  const session = watch(options);
  let now = 0;
  for (let connections = 1 + random.int(3); connections > 0; connections--) {
    session.open();
    const from = stream.length;
    for (let rounds = 1 + random.int(6); rounds > 0 && session.isOpen(); rounds--) {
      wish(session, random, features.exactlyOnce);
      session.tick((now += random.int(2500)));
      serve(session, random, stream);
    }
    const clause = session.clause();
    if (!session.isOpen() && clause !== undefined) named.set(clause, (named.get(clause) ?? 0) + 1);
    decodeAlike(stream.slice(from), limit);
    if (random.chance(0.3) && session.restart()) continue;
    if (session.isOpen()) session.close();
  }
}

/** The board's own activity meanwhile. */
function wish(session: Watched, random: Random, isExactlyOnce: boolean): void {
  const way = random.int(8);
  if (way < 2) session.subscribe();
  else if (way < 6) session.publish(random.int(isExactlyOnce ? 3 : 2) as Qos);
}

/** Answers what the session sent and sends unsolicited packets, mostly corrupted. */
function serve(session: Watched, random: Random, stream: string[]): void {
  const packets = session.sent().map((packet) => answerTo(packet, random));
  for (let count = random.int(4); count > 0; count--) packets.push(ownPacket(random));
  if (random.chance(0.002)) packets.push(...flood(MAXIMUM_HELD + random.int(10)));
  const bytes = random.chance(0.3) ? packets.join("") : spoil(packets, random);
  for (const piece of pieces(bytes, random)) {
    if (!session.isOpen()) return;
    stream.push(piece);
    session.receive(piece);
  }
}

/** The decoder gives the same result however a stream is split. */
function decodeAlike(stream: readonly string[], limit: number): void {
  const [whole, cut] = [[stream.join("")], stream].map((chunks) => JSON.stringify(decode(chunks, limit)));
  if (whole !== cut) throw new Error("the decoder makes one thing of a stream and another of its pieces");
}
