import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sized } from "../../../src/mqtt/bytes.ts";
import { bytes } from "../../support/bytes.ts";
import { FEATURE_SETS } from "../../support/feature-sets.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";
import {
  ACCEPTED,
  after,
  at,
  CONNECT,
  LASTING,
  PINGREQ,
  PINGRESP,
  receive,
  sends,
  session,
  start,
  STAYED,
  surroundings,
} from "./session-log.ts";

describe.each(FEATURE_SETS)("with the features of $name:", ({ features }) => {
  beforeAll(() => setFeatures(features));
  afterAll(() => setFeatures(ALL_FEATURES));
  beforeEach(() => start());

  describe("logging in", () => {
    it("sends CONNECT, and nothing before the transport is connected", () => {
      expect(after(() => session.publish(sized("t"), "x", 0))).toEqual([]);
      expect(after(() => session.open())).toEqual([sends(CONNECT)]);
    });

    it("is online after CONNACK 0", () => {
      session.open();
      expect(receive(ACCEPTED)).toEqual(["online false"]);
    });

    it("rejects a stored session if it asked for a clean one", () => {
      session.open();
      expect(receive("20 02 01 00")).toEqual(["ended Protocol 3.2.2-1"]);
    });

    it.each([1, 2, 3, 4, 5])("ends with a refusal's return code %i", (code) => {
      session.open();
      expect(receive(`20 02 00 0${code}`)).toEqual([`ended Refused ${code}`]);
      expect(session.publish(sized("t"), "x", 0)).toBe(-1);
    });

    it.each(["d0 00", "30 04 00 01 't' '1'", "40 02 00 01", "90 03 00 01 00"])(
      "accepts nothing before CONNACK: %s",
      (first) => {
        session.open();
        expect(receive(first)).toEqual(["ended Protocol 3.2.0-1"]);
      },
    );

    it("ends if no CONNACK arrives in time", () => {
      session.tick(1000);
      session.open();
      expect(at(5999)).toEqual([]);
      expect(at(6000)).toEqual(["ended NoConnack"]);
      expect(at(60000)).toEqual([]);
    });

    it("can be opened again", () => {
      session.open();
      receive("20 02 00 03");
      expect(after(() => session.open())).toEqual([sends(CONNECT)]);
      expect(receive(ACCEPTED)).toEqual(["online false"]);
    });

    it("discards half a packet of the last connection", () => {
      session.open();
      receive("20 02");
      session.close();
      session.open();
      expect(receive(ACCEPTED)).toEqual(["online false"]);
    });

    it("discards half a packet that followed the message which ended the last connection", () => {
      surroundings.onMessage = () => session.close();
      session.open();
      receive(`${ACCEPTED} 30 05 00 01 't' 'a'`);
      receive("'b' 30 4e");
      session.open();
      expect(receive(ACCEPTED)).toEqual(["online false"]);
    });
  });

  describe("online", () => {
    beforeEach(() => {
      session.open();
      receive(ACCEPTED);
    });

    it("does not accept a second CONNACK", () => {
      expect(receive(ACCEPTED)).toEqual(["ended Protocol 3.2"]);
    });

    it("delivers messages at QoS 0", () => {
      expect(receive("30 06 00 01 't' 'abc'")).toEqual(["message t abc"]);
      const retained = features.retainedMessages ? ", retained" : "";
      expect(receive("31 06 00 01 't' 'abc'")).toEqual([`message t abc${retained}`]);
    });

    it("delivers messages at QoS 1 and acknowledges them afterwards", () => {
      expect(receive("32 08 00 01 't' 01 02 'abc'")).toEqual(["message t abc", sends("40 02 01 02")]);
    });

    it("ignores unexpected acknowledgements", () => {
      expect(receive("40 02 00 07 90 03 00 07 00 b0 02 00 07 d0 00")).toEqual([]);
    });

    it("ends at malformed bytes, after delivering everything before them and nothing after", () => {
      expect(receive("30 04 00 01 't' '1' f0 00 30 04 00 01 't' '2'")).toEqual([
        "message t 1",
        "ended Protocol 2.2.1",
      ]);
    });

    it("ends at an answer over the limit", () => {
      expect(receive("40 65")).toEqual(["ended Protocol 2.2.3"]);
    });

    it("skips a message over the limit, and acknowledges it at its end", () => {
      const long = "x".repeat(100);
      expect(receive("32 69 00 01 't' 01 02")).toEqual(["too long 100"]);
      expect(receive(`'${long.slice(1)}'`)).toEqual([]);
      expect(receive("'x' 30 04 00 01 't' '1'")).toEqual([sends("40 02 01 02"), "message t 1"]);
      expect(receive(`30 67 00 01 't' '${long}'`)).toEqual(["too long 100"]);
    });

    it("delivers nothing of it at QoS 2, and completes the exchange", () => {
      expect(receive(`34 69 00 01 't' 01 02 '${"x".repeat(100)}'`)).toEqual([
        "too long 100",
        sends("50 02 01 02"),
      ]);
      expect(receive("62 02 01 02")).toEqual([sends("70 02 01 02")]);
    });

    it("delivers nothing that follows the end of the session in the same chunk", () => {
      expect(receive(`${ACCEPTED} 30 04 00 01 't' '2'`)).toEqual(["ended Protocol 3.2"]);
    });

    it("ends once, even if malformed bytes follow its end in the same chunk", () => {
      expect(receive(`${ACCEPTED} f0 00`)).toEqual(["ended Protocol 3.2"]);
    });

    it("publishes at QoS 0 and keeps nothing", () => {
      expect(after(() => expect(session.publish(sized("t"), "x", 0)).toBe(0))).toEqual([
        sends("30 04 00 01 't' 'x'"),
        "published 0 true",
      ]);
      expect(after(() => session.close())).toEqual([]);
    });

    it("reports a QoS 0 publish the transport did not accept", () => {
      surroundings.takes = false;
      expect(after(() => expect(session.publish(sized("t"), "x", 0)).toBe(-1)).at(-1)).toBe(
        "published 0 false",
      );
    });

    it("publishes nothing while the transport has a full send buffer", () => {
      surroundings.isFull = true;
      expect(
        after(() =>
          expect([0, 1, 2].map((qos) => session.publish(sized("t"), "x", qos as 0))).toEqual([-1, -1, -1]),
        ),
      ).toEqual([]);
      expect(receive("32 06 00 01 't' 00 01 'x'")).toEqual(["message t x", sends("40 02 00 01")]);
      surroundings.isFull = false;
      expect(session.publish(sized("t"), "x", 1)).toBe(1);
    });

    it("publishes at QoS 1 until it is acknowledged", () => {
      expect(after(() => expect(session.publish(sized("t"), "x", 1)).toBe(1))).toEqual([
        sends("32 06 00 01 't' 00 01 'x'"),
      ]);
      expect(receive("40 02 00 01")).toEqual(["published 1 true"]);
      expect(receive("40 02 00 01")).toEqual([]);
    });

    it("settles by packet identifier, in any order", () => {
      session.publish(sized("t"), "x", 1);
      session.publish(sized("t"), "y", 1);
      expect(receive("40 02 00 02 40 02 00 01")).toEqual(["published 2 true", "published 1 true"]);
    });

    it("does not let SUBACK settle a publish, nor PUBACK a subscription", () => {
      expect(session.publish(sized("t"), "x", 1)).toBe(1);
      expect(session.subscribe(["t"].map(sized), 0)).toBe(2);
      expect(receive("90 03 00 01 00 40 02 00 02")).toEqual([]);
      expect(receive("90 03 00 02 00 40 02 00 01")).toEqual(["subscribed 2 00", "published 1 true"]);
    });

    it("limits messages in flight, except at QoS 0", () => {
      expect([1, 2, 3, 4].map(() => session.publish(sized("t"), "x", 1))).toEqual([1, 2, 3, -1]);
      expect(session.publish(sized("t"), "x", 0)).toBe(0);
      receive("40 02 00 02");
      expect(session.publish(sized("t"), "x", 1)).toBe(4);
    });

    it("gives up everything in flight with the connection", () => {
      session.publish(sized("t"), "x", 1);
      session.subscribe(["t"].map(sized), 0);
      expect(after(() => session.close())).toEqual(["published 1 false", "subscribed 2"]);
      expect(receive("40 02 00 01")).toEqual([]);
    });

    it("gives up everything in flight before it reports its end", () => {
      session.publish(sized("t"), "x", 1);
      expect(receive("f0 00")).toEqual(["published 1 false", "ended Protocol 2.2.1"]);
    });

    it("subscribes, and reports what was granted", () => {
      expect(after(() => expect(session.subscribe(["a", "b"].map(sized), 1)).toBe(1))).toEqual([
        sends("82 0a 00 01 00 01 'a' 01 00 01 'b' 01"),
      ]);
      expect(receive("90 04 00 01 01 80")).toEqual(["subscribed 1 01 80"]);
    });

    it("rejects a SUBACK with more or fewer codes than topic filters", () => {
      session.subscribe(["a", "b"].map(sized), 1);
      expect(receive("90 03 00 01 01")).toEqual(["subscribed 1", "ended Protocol 3.8.4-5"]);
    });

    it("ends if a publish is not acknowledged in time", () => {
      session.tick(1000);
      session.publish(sized("t"), "x", 1);
      at(3000);
      receive(PINGRESP);
      at(5000);
      receive(PINGRESP);
      expect(at(5999)).toEqual([]);
      expect(at(6000)).toEqual(["published 1 false", "ended NoAcknowledgement true"]);
    });

    it("ends if a subscription is not acknowledged in time", () => {
      session.subscribe(["a"].map(sized), 1);
      expect(at(5000)).toEqual(["subscribed 1", "ended NoAcknowledgement false"]);
    });
  });

  describe("the ping", () => {
    beforeEach(() => {
      session.open();
      receive(ACCEPTED);
    });

    it("is sent if nothing else was for the period", () => {
      expect(at(1999)).toEqual([]);
      expect(at(2000)).toEqual([sends(PINGREQ)]);
      receive(PINGRESP);
      expect(at(3000)).toEqual([]);
      session.publish(sized("t"), "x", 1);
      receive("40 02 00 01");
      expect(at(4000)).toEqual([]);
      expect(at(5000)).toEqual([sends(PINGREQ)]);
    });

    it("is sent if the server was silent for the period, whatever the board sends", () => {
      at(1000);
      session.publish(sized("t"), "x", 0);
      expect(at(2000)).toEqual([sends(PINGREQ)]);
    });

    it("is not repeated before it is answered", () => {
      expect(at(2000)).toEqual([sends(PINGREQ)]);
      expect(at(4000)).toEqual([]);
    });

    it("ends the session if not answered in time, whatever else arrives", () => {
      at(2000);
      receive("30 03 00 01 't'");
      expect(at(6999)).toEqual([]);
      expect(at(7000)).toEqual(["ended NoPingresp"]);
    });

    it("is never sent if its period is 0", () => {
      start({ pingPeriod: 0 });
      session.open();
      receive(ACCEPTED);
      expect(at(1e9)).toEqual([]);
    });
  });

  describe.skipIf(features.exactlyOnce)("without QoS 2, messages left by a program with QoS 2", () => {
    beforeEach(() => {
      session.open();
      receive(ACCEPTED);
    });

    it("are completed, whatever their packet identifier", () => {
      expect(receive("50 02 00 07")).toEqual([sends("62 02 00 07")]);
      expect(receive("62 02 00 08")).toEqual([sends("70 02 00 08")]);
      expect(receive("70 02 00 09")).toEqual([]);
    });

    it("are delivered like messages at QoS 1", () => {
      const answers = ["message t x", sends("50 02 00 05")];
      expect(receive("34 06 00 01 't' 00 05 'x'")).toEqual(answers);
      expect(receive("3c 06 00 01 't' 00 05 'x'")).toEqual(answers);
    });

    it("are not kept across restarts", () => {
      expect([session.save, session.restore, session.fallBack]).toEqual([undefined, undefined, undefined]);
    });
  });

  describe.runIf(features.lastingSession)("a session that lasts", () => {
    it("re-sends messages in flight, marked as duplicates", () => {
      start(LASTING);
      session.open();
      receive(ACCEPTED);
      session.publish(sized("t"), "x", 1);
      expect(after(() => session.close())).toEqual([]);
      session.open();
      expect(receive(STAYED)).toEqual([sends("3a 06 00 01 't' 00 01 'x'"), "online true"]);
      expect(receive("40 02 00 01")).toEqual(["published 1 true"]);
    });
  });

  describe("any bytes at any time", () => {
    type Step = { receive: string } | { tick: number } | { wish: "open" | "publish" | "subscribe" | "close" };
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((data) => Buffer.from(data).toString("latin1")),
      fc.constantFrom(
        ...[
          "20 02 00 00",
          "40 02 00 01",
          "90 03 00 02 00",
          "30 04 00 01 't' '1'",
          "d0 00",
          "32 06 00 01 't' 00 01 'x'",
        ].map(bytes),
      ),
    );
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 4, arbitrary: fc.record({ receive: chunk }) },
      { weight: 2, arbitrary: fc.record({ tick: fc.integer({ min: 0, max: 3000 }) }) },
      { weight: 3, arbitrary: fc.record({ wish: fc.constantFrom("open", "publish", "subscribe", "close") }) },
    );

    it("raise no exception, settle each packet once, and end the session at most once per opening", () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          start();
          let now = 0;
          let openings = 0;
          const awaited = new Set<number>();
          for (const step of steps) {
            let id = 0;
            const lines = after(() => {
              if ("receive" in step) session.receive(step.receive);
              else if ("tick" in step) session.tick((now += step.tick));
              else if (step.wish === "publish") id = session.publish(sized("t"), "x", 1);
              else if (step.wish === "subscribe") id = session.subscribe(["t"].map(sized), 1);
              else session[step.wish]();
            });
            if ("wish" in step && step.wish === "open") openings++;
            if (id > 0) {
              expect(awaited.has(id)).toBe(false);
              awaited.add(id);
            }
            for (const line of lines) {
              if (/^(publish|subscrib)ed [1-9]/.test(line))
                expect(awaited.delete(Number(line.split(" ")[1]))).toBe(true);
              if (line.startsWith("ended")) expect(--openings).toBeGreaterThanOrEqual(0);
            }
          }
        }),
        { numRuns: 300 },
      );
    });
  });
});
