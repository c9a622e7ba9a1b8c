import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { startServerSide } from "../../scripts/lib/server-side.ts";
import { plain } from "../lib/boards.ts";

test("a report that is none does no harm to the server of a board for a plain broker", async () => {
  const board = plain();
  if (board.onenet.generation !== "plain") throw new Error("it is for OneNET");
  const { userName, password, topic, server, port } = board.onenet;
  const side = await startServerSide(board, {}, () => {
    throw new Error("there is no board");
  });
  onTestFinished(() => side.close());
  const address = `mqtt://127.0.0.1:${side.network[`${server}:${port}`] ?? 0}`;
  const client = await connectAsync(address, {
    ...(userName ? { username: userName, password } : {}),
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  onTestFinished(() => client.endAsync(true));
  const told: [string, unknown][] = [];
  side.events.on("datapoint", (stream, point) => told.push([stream, point]));
  for (const report of ["", "{", "null", "7", "[1]", '"x"', '{"time":1e300,"a":1}', '{"time":0,"b":2}']) {
    await client.publishAsync(`${topic}/data`, report, { qos: 1 });
  }
  expect(told).toEqual([
    ["a", { value: 1 }],
    ["b", { value: 2, at: "1970-01-01T00:00:00.000Z" }],
  ]);
  expect(side.lastDataPoint("b")).toMatchObject({ value: 2 });
});
