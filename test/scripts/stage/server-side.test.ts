import { expect, onTestFinished, test } from "vitest";
import { startServerSide } from "../../../scripts/stage/server-side.ts";
import { plain } from "../../support/boards.ts";
import { connectAsync } from "../../support/mqtt-client.ts";

test("a malformed report does not harm a plain broker's server", async () => {
  const board = plain();
  if (board.onenet.generation !== "plain") throw new Error("not a plain board");
  const { userName, password, topic, server, port } = board.onenet;
  const side = await startServerSide(board, {}, () => {
    throw new Error("no board");
  });
  onTestFinished(() => side.close());
  const address = `mqtt://127.0.0.1:${side.network[`${server}:${port}`] ?? 0}`;
  const client = await connectAsync(address, {
    ...(userName ? { username: userName, password } : {}),
  });
  onTestFinished(() => client.cut());
  const reported: [string, unknown][] = [];
  side.events.on("datapoint", (stream, point) => reported.push([stream, point]));
  for (const report of ["", "{", "null", "7", "[1]", '"x"', '{"time":1e300,"a":1}', '{"time":0,"b":2}']) {
    await client.publish(`${topic}/data`, report, { qos: 1 });
  }
  expect(reported).toEqual([
    ["a", { value: 1 }],
    ["b", { value: 2, at: "1970-01-01T00:00:00.000Z" }],
  ]);
  expect(side.lastDataPoint("b")).toMatchObject({ value: 2 });
});
