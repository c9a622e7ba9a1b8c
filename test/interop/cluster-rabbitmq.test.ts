/** A board that has two nodes of a RabbitMQ cluster as its servers. */

import { it, onTestFinished } from "vitest";
import { SEVERAL_SERVERS } from "../exchanges/servers.ts";
import { buildScript } from "../support/bundles.ts";
import { killNode } from "./killed-node.ts";
import { RABBITMQ, startRabbitMq, WITHOUT_RABBITMQ } from "./rabbitmq.ts";

/** Two of three decide while one is away. */
const NODES = 3;

/** A queue of any other kind is gone with its node: a session's too, even if it is a clean one. */
const SETTINGS = `mqtt.durable_queue_type = quorum
default_user = teacher
default_pass = a password for tests
mqtt.default_user = teacher
mqtt.default_pass = a password for tests
`;

const BOARD = {
  ...SEVERAL_SERVERS,
  name: "several-servers-lasting",
  onenet: { ...SEVERAL_SERVERS.onenet, cleanSession: false },
};
const SCRIPT = await buildScript(BOARD);

it("with quorum queues, is on the second in less than its longest wait, and no report is lost", async (context) => {
  if (RABBITMQ === undefined) return context.skip(WITHOUT_RABBITMQ);
  const { nodes, close } = await startRabbitMq(RABBITMQ, NODES, SETTINGS);
  onTestFinished(close);
  await killNode(BOARD, SCRIPT, nodes);
});
