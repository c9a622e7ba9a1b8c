import { expect, it } from "vitest";
import { runBench } from "../../../scripts/bench/index.ts";

it("the Node part has every figure", async () => {
  const rows = await runBench({
    parts: ["node"],
    rounds: 1,
    espruino: undefined,
    peers: undefined,
    signal: new AbortController().signal,
    show: () => undefined,
  });
  expect(rows.map(({ what }) => what)).toEqual(["encode, as bytes", "encode, as a Buffer", "decode"]);
  for (const { side, against, ratio } of rows) {
    for (const figure of [side.value, against?.value, ratio?.median]) {
      expect(figure).toBeGreaterThan(0);
      expect(figure).toBeLessThan(1e9);
    }
  }
});
