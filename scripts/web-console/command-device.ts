/** Sends a command to a device of a local OneNET, the way its generation does. */

import type { Feed } from "./feed.ts";
import type { LocalOneNet, Property } from "../local-onenet/index.ts";
import { answerOfService, readServiceCall } from "../local-onenet/service-call.ts";
import { switchedTo } from "../local-onenet/switch-command.ts";
import { english } from "../cli/language.ts";

/**
 * @param timeout in ms
 * @returns the device's answer; undefined on timeout
 * @throws Error if it cannot be sent
 */
export async function commandDevice(
  platform: LocalOneNet,
  device: string,
  text: string,
  timeout: number,
): Promise<string | undefined> {
  const { generation, product } = platform.registry.find(device);
  if (generation !== "studio") {
    return (await platform.sendCommand(device, text, timeout)).response?.toString("utf8");
  }
  const { properties = [], services = [] } = platform.registry.products.get(product)?.thingModel ?? {};
  const call = readServiceCall(
    text,
    services.map(({ identifier }) => identifier),
  );
  if (call) return answerOfService(await platform.invoke(device, call.identifier, call.params, timeout));
  const led = firstWritable(properties, "bool");
  const isLit = switchedTo(text, () => platform.datapoints(device, led ?? "").at(-1)?.value === true);
  const identifier = isLit === undefined ? firstWritable(properties, "string") : led;
  if (identifier === undefined) {
    const type = isLit === undefined ? "string" : "bool";
    throw new Error(english`"${text}" needs a writable ${type} in the thing model`);
  }
  return (await platform.setProperty(device, { [identifier]: isLit ?? text }, timeout)).message;
}

/** The first property of a type that an application may set. */
function firstWritable(
  properties: readonly Property[],
  type: Property["dataType"]["type"],
): string | undefined {
  return properties.find(({ accessMode, dataType }) => accessMode === "rw" && dataType.type === type)
    ?.identifier;
}

/** Publishes to the devices of a board's product that subscribed to the topic. @throws Error for an unknown board */
export function publishTo(
  feed: Feed,
  platform: LocalOneNet,
  id: string,
  topic: string,
  payload: string,
): void {
  const { product } = platform.registry.find(feed.board(id)?.device ?? "");
  platform.publish(product, topic, payload);
}
