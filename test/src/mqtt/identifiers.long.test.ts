/** Every packet identifier, with the features of each board. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sized } from "../../../src/mqtt/bytes.ts";
import { FEATURE_SETS } from "../../support/feature-sets.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";
import { ACCEPTED, receive, session, start } from "./session-log.ts";

describe.each(FEATURE_SETS)("with the features of $name:", ({ features }) => {
  beforeAll(() => setFeatures(features));
  afterAll(() => setFeatures(ALL_FEATURES));

  it("never uses a packet identifier twice in flight, or 0", () => {
    start({ maximumInFlight: 3 });
    session.open();
    receive(ACCEPTED);
    const held = session.publish(sized("t"), "held", 1);
    let last = 0;
    for (let i = 0; i < 70000; i++) {
      last = session.publish(sized("t"), "x", 1);
      if (last === held || last < 1 || last > 65535) break;
      session.receive(`\x40\x02${String.fromCharCode(last >> 8, last & 255)}`);
    }
    // 65534 identifiers are free besides the one in flight, and are used in order.
    expect([held, last]).toEqual([1, (70000 % 65534) + 1]);
  });
});
