import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sized } from "../../../src/mqtt/bytes.ts";
import { MAXIMUM_HELD } from "../../../src/mqtt/session.ts";
import { bytes } from "../../support/bytes.ts";
import { FEATURE_SETS } from "../../support/feature-sets.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";
import {
  ACCEPTED,
  after,
  at,
  LASTING,
  PINGREQ,
  PINGRESP,
  receive,
  saved,
  sends,
  session,
  start,
  STAYED,
} from "./session-log.ts";

/** Whether a message awaits its acknowledgement. */
function hasUnacknowledged(): boolean {
  return session.save?.().inFlight.length !== 0;
}

const SETS = FEATURE_SETS.filter(({ features }) => features.exactlyOnce);

describe.each(SETS)("with the features of $name:", ({ features }) => {
  beforeAll(() => setFeatures(features));
  afterAll(() => setFeatures(ALL_FEATURES));
  beforeEach(() => start());

  describe("QoS 2, sent", () => {
    beforeEach(() => {
      session.open();
      receive(ACCEPTED);
    });

    it("goes through PUBREC, PUBREL and PUBCOMP", () => {
      expect(after(() => expect(session.publish(sized("t"), "x", 2)).toBe(1))).toEqual([
        sends("34 06 00 01 't' 00 01 'x'"),
      ]);
      expect(hasUnacknowledged()).toBe(true);
      expect(receive("50 02 00 01")).toEqual([sends("62 02 00 01")]);
      expect(hasUnacknowledged()).toBe(true);
      expect(receive("70 02 00 01")).toEqual(["published 1 true"]);
      expect(hasUnacknowledged()).toBe(false);
      expect(receive("70 02 00 01")).toEqual([]);
    });

    it("sends PUBREL in the order of the PUBRECs, and again for a repeated PUBREC", () => {
      session.publish(sized("t"), "x", 2);
      session.publish(sized("t"), "y", 2);
      expect(receive("50 02 00 02 50 02 00 01 50 02 00 02")).toEqual(
        ["62 02 00 02", "62 02 00 01", "62 02 00 02"].map(sends),
      );
      expect(receive("70 02 00 02 70 02 00 01")).toEqual(["published 2 true", "published 1 true"]);
    });

    it("releases unknown messages, so that the server can forget them", () => {
      expect(receive("50 02 00 07")).toEqual([sends("62 02 00 07")]);
    });

    it("accepts a PUBREC for QoS 1 as its acknowledgement, and releases the server's message", () => {
      session.publish(sized("t"), "x", 1);
      expect(receive("50 02 00 01")).toEqual(["published 1 true", sends("62 02 00 01")]);
      expect(receive("70 02 00 01")).toEqual([]);
    });

    it("ignores a PUBCOMP before PUBREC", () => {
      session.publish(sized("t"), "x", 2);
      expect(receive("70 02 00 01")).toEqual([]);
      expect(hasUnacknowledged()).toBe(true);
    });

    it.each([
      ["PUBREC", [], "ended NoAcknowledgement true"],
      ["PUBCOMP", ["50 02 00 01"], "ended NoAcknowledgement true"],
    ])("ends if no %s arrives in time", (_name, answers, ended) => {
      session.publish(sized("t"), "x", 2);
      for (const answer of answers) receive(answer);
      expect(at(5000).at(-1)).toBe(ended);
    });
  });

  describe("QoS 2, received", () => {
    beforeEach(() => {
      session.open();
      receive(ACCEPTED);
    });

    it("delivers a message once, however often it arrives before it is released", () => {
      expect(receive("34 06 00 01 't' 00 05 'x'")).toEqual(["message t x", sends("50 02 00 05")]);
      expect(receive("3c 06 00 01 't' 00 05 'x'")).toEqual([sends("50 02 00 05")]);
      expect(receive("62 02 00 05")).toEqual([sends("70 02 00 05")]);
      expect(receive("62 02 00 05")).toEqual([sends("70 02 00 05")]);
      expect(receive("34 06 00 01 't' 00 05 'y'")).toEqual(["message t y", sends("50 02 00 05")]);
    });

    it("distinguishes packet identifiers by both bytes", () => {
      receive("34 06 00 01 't' 01 02 'x' 34 06 00 01 't' 02 01 'x'");
      expect(receive("34 06 00 01 't' 02 02 'y'")).toEqual(["message t y", sends("50 02 02 02")]);
      expect(receive("34 06 00 01 't' 01 02 'z'")).toEqual([sends("50 02 01 02")]);
    });

    it("holds a limited number; one more arrives again with the next connection", () => {
      for (let id = 1; id <= MAXIMUM_HELD; id++) {
        session.receive(`4\x06\0\x01t${String.fromCharCode(id >> 8, id & 255)}x`);
      }
      expect(receive("34 06 00 01 't' 70 00 'x'")).toEqual(["ended Overrun"]);
    });
  });

  describe("a session that outlives its connections", () => {
    beforeEach(() => {
      start(LASTING);
      session.open();
      receive(ACCEPTED);
    });

    function reconnect(connack: string): string[] {
      session.close();
      session.open();
      return receive(connack);
    }

    it("re-sends messages in flight first, in order and marked as duplicates", () => {
      session.publish(sized("t"), "x", 1);
      session.publish(sized("t"), "y", 2);
      session.publish(sized("t"), "z", 2);
      receive("50 02 00 02");
      expect(after(() => session.close())).toEqual([]);
      session.open();
      expect(receive(STAYED)).toEqual([
        sends("3a 06 00 01 't' 00 01 'x'"),
        sends("3c 06 00 01 't' 00 03 'z'"),
        sends("62 02 00 02"),
        "online true",
      ]);
      expect(receive("40 02 00 01 50 02 00 03 70 02 00 03 70 02 00 02")).toEqual([
        "published 1 true",
        sends("62 02 00 03"),
        "published 3 true",
        "published 2 true",
      ]);
    });

    it("gives each its full time-out again", () => {
      session.publish(sized("t"), "x", 1);
      at(1500);
      reconnect(STAYED);
      expect(at(3000)).toEqual([]);
      expect(at(4000)).toEqual([sends(PINGREQ)]);
      receive(PINGRESP);
      expect(at(6000)).toEqual([sends(PINGREQ)]);
      receive(PINGRESP);
      expect(at(6500)).toEqual(["ended NoAcknowledgement true"]);
    });

    it("does not reuse a packet identifier that is in flight", () => {
      session.publish(sized("t"), "x", 1);
      reconnect(STAYED);
      expect(session.publish(sized("t"), "y", 1)).toBe(2);
    });

    it("settles messages in flight if the server lost the session: those it had count as arrived, others do not", () => {
      session.publish(sized("t"), "x", 1);
      session.publish(sized("t"), "y", 2);
      session.publish(sized("t"), "z", 2);
      receive("50 02 00 03");
      expect(reconnect(ACCEPTED)).toEqual([
        "published 1 false",
        "published 2 false",
        "published 3 true",
        "online false",
      ]);
    });

    it("gives up subscriptions with the connection", () => {
      session.subscribe(["a"].map(sized), 2);
      session.publish(sized("t"), "x", 1);
      expect(after(() => session.close())).toEqual(["subscribed 1"]);
    });

    it("recognises a message that arrived over the last connection", () => {
      receive("34 06 00 01 't' 00 05 'x'");
      reconnect(STAYED);
      expect(receive("3c 06 00 01 't' 00 05 'x'")).toEqual([sends("50 02 00 05")]);
    });

    it("forgets it if the server's session is gone", () => {
      receive("34 06 00 01 't' 00 05 'x'");
      reconnect(ACCEPTED);
      expect(receive("34 06 00 01 't' 00 05 'x'")).toEqual(["message t x", sends("50 02 00 05")]);
    });

    it("continues in another program where this one stopped", () => {
      session.publish(sized("t"), "x", 2);
      session.publish(sized("t"), "y", 2);
      receive("50 02 00 01 34 06 00 01 't' 00 05 'x'");
      const kept = saved();
      start({ ...LASTING, lastId: 40000 });
      session.restore?.(kept);
      session.open();
      expect(receive(STAYED)).toEqual([
        sends("3c 06 00 01 't' 00 02 'y'"),
        sends("62 02 00 01"),
        "online true",
      ]);
      expect(receive("3c 06 00 01 't' 00 05 'x'")).toEqual([sends("50 02 00 05")]);
      expect(session.publish(sized("t"), "z", 1)).toBe(3);
    });

    it("does not wait in another program for this one's other requests", () => {
      session.subscribe(["a"].map(sized), 2);
      session.publish(sized("t"), "x", 2);
      expect(session.save?.().inFlight.map(({ id }) => id)).toEqual([2]);
    });

    it("starts counting packet identifiers from the given one", () => {
      start({ lastId: 65534 });
      session.open();
      receive(ACCEPTED);
      expect([session.publish(sized("t"), "x", 1), session.publish(sized("t"), "y", 1)]).toEqual([65535, 1]);
    });
  });

  describe("a server without QoS 2 support", () => {
    const ENDS = "fell back: two links ended while QoS 2 was tried";

    function begin(): void {
      start(LASTING);
      session.open();
      receive(ACCEPTED);
    }
    beforeEach(begin);

    /** The output of a link's end and of the next link's log-in. */
    function reconnect(connack = STAYED): string[] {
      return after(() => {
        session.close();
        session.open();
        session.receive(bytes(connack));
      }).filter((line) => !line.startsWith("send 10"));
    }

    function publish(payload: string, qos: 0 | 1 | 2, retain = false): string[] {
      return after(() => session.publish(sized("t"), payload, qos, retain));
    }

    it("answers PUBACK: each message has arrived, and later ones are sent at QoS 1", () => {
      session.publish(sized("t"), "x", 2);
      session.publish(sized("t"), "y", 2);
      expect(receive("40 02 00 01 40 02 00 02")).toEqual([
        "fell back: the server answers QoS 2 as QoS 1",
        "published 1 true",
        "published 2 true",
      ]);
      expect(publish("z", 2, true)).toEqual([sends("33 06 00 01 't' 00 03 'z'")]);
      expect(receive("40 02 00 03")).toEqual(["published 3 true"]);
      expect(publish("z", 0)).toEqual([sends("30 04 00 01 't' 'z'"), "published 0 true"]);
    });

    it("can be reported from outside, once", () => {
      expect(after(() => session.fallBack?.("it says so"))).toEqual(["fell back: it says so"]);
      expect(after(() => session.fallBack?.("it says so"))).toEqual([]);
      expect(publish("x", 2)).toEqual([sends("32 06 00 01 't' 00 01 'x'")]);
    });

    it("ends two links: messages in flight are re-sent at QoS 1, in order", () => {
      session.publish(sized("t"), "x", 2);
      session.publish(sized("t"), "y", 2, true);
      expect(reconnect()).toEqual([
        sends("3c 06 00 01 't' 00 01 'x'"),
        sends("3d 06 00 01 't' 00 02 'y'"),
        "online true",
      ]);
      expect(reconnect()).toEqual([
        ENDS,
        sends("3a 06 00 01 't' 00 01 'x'"),
        sends("3b 06 00 01 't' 00 02 'y'"),
        "online true",
      ]);
      expect(publish("z", 2)).toEqual([sends("32 06 00 01 't' 00 03 'z'")]);
      expect(reconnect()).toEqual([
        sends("3a 06 00 01 't' 00 01 'x'"),
        sends("3b 06 00 01 't' 00 02 'y'"),
        sends("3a 06 00 01 't' 00 03 'z'"),
        "online true",
      ]);
      expect(receive("40 02 00 01 40 02 00 02 40 02 00 03")).toEqual([
        "published 1 true",
        "published 2 true",
        "published 3 true",
      ]);
    });

    it("never sends PUBCOMP: messages with a PUBREC have arrived", () => {
      session.publish(sized("t"), "x", 2);
      session.publish(sized("t"), "y", 2);
      receive("50 02 00 01");
      reconnect();
      expect(reconnect()).toEqual([
        ENDS,
        sends("3a 06 00 01 't' 00 02 'y'"),
        "published 1 true",
        "online true",
      ]);
    });

    it("loses the session with each link: messages in flight are given up, and new ones are sent at QoS 1", () => {
      session.publish(sized("t"), "x", 2);
      expect(reconnect(ACCEPTED)).toEqual(["published 1 false", "online false"]);
      session.publish(sized("t"), "x", 2);
      expect(reconnect(ACCEPTED)).toEqual([ENDS, "published 2 false", "online false"]);
      expect(publish("x", 2)).toEqual([sends("32 06 00 01 't' 00 03 'x'")]);
    });

    it("is ruled out once QoS 2 has worked, however many links end, even after a restart", () => {
      session.publish(sized("t"), "x", 2);
      receive("50 02 00 01 70 02 00 01");
      session.publish(sized("t"), "y", 2);
      for (let links = 0; links < 5; links++) expect(reconnect()).not.toContain(ENDS);
      const kept = saved();
      begin();
      session.restore?.(kept);
      for (let links = 0; links < 5; links++) expect(reconnect()).not.toContain(ENDS);
      expect(receive("50 02 00 02")).toEqual([sends("62 02 00 02")]);
    });

    it("gets another QoS 2 attempt after a restart", () => {
      session.publish(sized("t"), "x", 2);
      reconnect();
      expect(reconnect()).toContain(ENDS);
      session.publish(sized("t"), "y", 2);
      const kept = saved();
      begin();
      session.restore?.(kept);
      expect(reconnect()).toEqual([
        sends("3a 06 00 01 't' 00 01 'x'"),
        sends("3a 06 00 01 't' 00 02 'y'"),
        "online true",
      ]);
      expect(publish("z", 2)).toEqual([sends("34 06 00 01 't' 00 03 'z'")]);
    });

    it("may complete earlier messages: later ones are still sent at QoS 1", () => {
      session.publish(sized("t"), "x", 2);
      receive("50 02 00 01");
      session.fallBack?.("it says so");
      expect(receive("70 02 00 01")).toEqual(["published 1 true"]);
      expect(publish("z", 2)).toEqual([sends("32 06 00 01 't' 00 02 'z'")]);
    });

    it("is not inferred from links that end with nothing at QoS 2 in flight", () => {
      session.publish(sized("t"), "x", 1);
      for (let links = 0; links < 5; links++) expect(reconnect()).not.toContain(ENDS);
    });
  });
});
