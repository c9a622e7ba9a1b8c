/** Has any device of a local OneNET do what a command says, in the way of its generation. */

import type { LocalOneNet, Property } from "../local-onenet/index.ts";
import { answerOfService, readServiceCall } from "../local-onenet/service-call.ts";

/**
 * @param timeout in ms
 * @returns the device's answer; undefined when none came in time
 * @throws Error when it could not be sent
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
  const isLit = (identifier: string) => platform.datapoints(device, identifier).at(-1)?.value === true;
  return (await platform.setProperty(device, propertiesFor(properties, text, isLit), timeout)).message;
}

/** `on`, `off` and `toggle` are the first switch of the thing model, anything else its first text. */
function propertiesFor(
  properties: readonly Property[],
  text: string,
  isLit: (identifier: string) => boolean,
): Record<string, boolean | string> {
  const isSwitch = /^(on|off|toggle)$/.test(text);
  const property = properties.find(
    ({ accessMode, dataType }) => accessMode === "rw" && dataType.type === (isSwitch ? "bool" : "string"),
  );
  if (property === undefined) {
    throw new Error(
      `the thing model has no ${isSwitch ? "bool" : "string"} that may be written, which "${text}" needs`,
    );
  }
  const { identifier } = property;
  return { [identifier]: isSwitch ? text === "on" || (text === "toggle" && !isLit(identifier)) : text };
}
