/** Gateways of studio: devices that bind sub-devices, log them in, and speak for them. */

import { resourceOf, TokenError, verifyToken } from "../boards/token.ts";
import {
  gatewayOf,
  nameOf,
  subDevicesOf,
  type DeviceRecord,
  type Registry,
  type TokenDevice,
} from "./devices.ts";
import type { Reporter } from "./events.ts";
import { isObject, type JsonValue } from "./json.ts";
import type { Limits } from "./limits.ts";
import { CODE, type Envelope, type Failure } from "./one-json.ts";
import type { Requests, Reply, Route } from "./requests.ts";
import type { Sessions } from "./sessions.ts";
import { printable } from "./text.ts";
import { english } from "../cli/language.ts";

/** A device, as messages name it. */
interface Identity {
  readonly productID: string;
  readonly deviceName: string;
}

export interface GatewayParts {
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly requests: Requests;
  readonly registry: Registry;
  readonly limits: Pick<Limits, "subDevices">;
}

export interface Gateways {
  /** Handles a post of a gateway; returns what it gets as data. @param call below `thing/sub/` */
  receive(gateway: DeviceRecord, call: string, envelope: Envelope): Failure | readonly Identity[] | undefined;
  /** A gateway says whether it took the topology that it had asked for; false if it had not. */
  receiveResult(gateway: DeviceRecord, id: string, reply: Reply): boolean;
  /** The sub-device of a gateway that a message names. */
  subDevice(gateway: DeviceRecord, identity: JsonValue | undefined): TokenDevice | Failure;
  /** How a request gets to a device that is online through its gateway. */
  routeOf(record: DeviceRecord, call: string, params: JsonValue): Route | undefined;
  /** Binds these sub-devices in place of the present ones. @throws Error if it cannot */
  bind(gateway: TokenDevice, subDevices: readonly TokenDevice[]): void;
  /** Tells a gateway which sub-devices it has. */
  announce(gateway: DeviceRecord): Promise<Reply>;
  /** The device leaves, if its gateway has logged it in. */
  logOut(name: string, why: string): void;
}

/** Time a gateway has to answer for a sub-device, in ms. */
export const SUB_DEVICE_TIMEOUT = 5000;

/** The local OneNET's own code: which ones the platform answers is not known. */
function refused(message: string): Failure {
  return { code: CODE.malformed, message: printable(message, 200) };
}

export function createGateways({ events, sessions, requests, registry, limits }: GatewayParts): Gateways {
  const { devices } = registry;
  /** The id of the last topology that each gateway asked for. */
  const asked = new Map<string, string>();

  // A gateway that comes back logs its sub-devices in again.
  events.on("online", ({ device }) => logOutAll(device));
  events.on("offline", ({ device }) => logOutAll(device));

  function logOutAll(gateway: string): void {
    asked.delete(gateway);
    for (const name of sessions.through(gateway)) logOut(name, english`its gateway ${gateway} left`);
  }

  function logOut(name: string, why: string): void {
    if (sessions.leave(name)) events.emit("offline", { device: name, why });
  }

  /** The device that a message names. */
  function deviceOf(identity: JsonValue | undefined): TokenDevice | Failure {
    const { productID, deviceName } = isObject(identity) ? identity : {};
    if (typeof productID !== "string" || typeof deviceName !== "string") {
      return refused(english`a sub-device must be {"productID":"…","deviceName":"…"}`);
    }
    const record = devices.get(`${productID}/${deviceName}`);
    return record?.generation === "studio"
      ? record
      : refused(english`there is no device ${productID}/${deviceName}: create it first`);
  }

  function subDevice(gateway: DeviceRecord, identity: JsonValue | undefined): TokenDevice | Failure {
    const record = deviceOf(identity);
    if ("code" in record) return record;
    const bound = subDevicesOf(devices.get(nameOf(gateway)));
    return bound.includes(nameOf(record))
      ? record
      : refused(
          english`${nameOf(record)} is no sub-device of this device: bind it with thing/sub/topo/add first`,
        );
  }

  /** Why a message does not prove that it comes from the sub-device. */
  function tokenFault(record: TokenDevice, params: JsonValue): Failure | undefined {
    const { sasToken } = isObject(params) ? params : {};
    if (typeof sasToken !== "string") return refused(english`sasToken is missing: a token of the sub-device`);
    try {
      verifyToken(sasToken, resourceOf(record.product, record.device), record.key);
      return undefined;
    } catch (error) {
      if (error instanceof TokenError) return refused(english`sasToken: ${error.message}`);
      throw error;
    }
  }

  /** Why a device may not become a sub-device. */
  function bindingFault(gateway: DeviceRecord, record: TokenDevice): string | undefined {
    const name = nameOf(record);
    if (name === nameOf(gateway)) return english`a device cannot be its own gateway`;
    const other = gatewayOf(registry, name);
    if (other === undefined || nameOf(other) === nameOf(gateway)) return undefined;
    return english`${name} has another gateway, ${nameOf(other)}`;
  }

  /** @returns why it cannot be kept */
  function setSubDevices(gateway: DeviceRecord, names: readonly string[]): Failure | undefined {
    const record = devices.get(nameOf(gateway));
    if (record?.generation !== "studio") return refused(english`the gateway was deleted`);
    try {
      registry.update({ ...record, subDevices: names });
    } catch {
      return { code: CODE.full, message: "the platform cannot store it" };
    }
    for (const name of subDevicesOf(record))
      if (!names.includes(name)) logOut(name, english`its gateway does not have it any more`);
    return undefined;
  }

  function add(gateway: DeviceRecord, params: JsonValue): Failure | undefined {
    const record = deviceOf(params);
    if ("code" in record) return record;
    const token = tokenFault(record, params);
    if (token !== undefined) return token;
    const fault = bindingFault(gateway, record);
    if (fault !== undefined) return refused(fault);
    const bound = subDevicesOf(devices.get(nameOf(gateway)));
    if (bound.includes(nameOf(record))) return undefined;
    if (bound.length >= limits.subDevices) return refused(tooMany());
    return setSubDevices(gateway, [...bound, nameOf(record)]);
  }

  function remove(gateway: DeviceRecord, params: JsonValue): Failure | undefined {
    const record = subDevice(gateway, params);
    if ("code" in record) return record;
    const token = tokenFault(record, params);
    if (token !== undefined) return token;
    const bound = subDevicesOf(devices.get(nameOf(gateway)));
    return setSubDevices(
      gateway,
      bound.filter((name) => name !== nameOf(record)),
    );
  }

  function logIn(gateway: DeviceRecord, params: JsonValue): Failure | undefined {
    const record = subDevice(gateway, params);
    if ("code" in record) return record;
    const name = nameOf(record);
    if (sessions.get(name) !== undefined) return refused(english`${name} has a connection of its own`);
    if (sessions.gatewayOf(name) !== undefined) return undefined;
    sessions.enter(name, nameOf(gateway));
    events.emit("online", { device: name });
    return undefined;
  }

  function logOutOne(gateway: DeviceRecord, params: JsonValue): Failure | undefined {
    const record = subDevice(gateway, params);
    if ("code" in record) return record;
    const name = nameOf(record);
    if (sessions.gatewayOf(name) !== nameOf(gateway)) return refused(english`${name} is not logged in`);
    logOut(name, english`its gateway ${nameOf(gateway)} logged it out`);
    return undefined;
  }

  function topologyOf(gateway: DeviceRecord): Identity[] {
    const bound = subDevicesOf(devices.get(nameOf(gateway))).map((name) => devices.get(name));
    return bound.filter((record) => record !== undefined).map(identityOf);
  }

  function tooMany(): string {
    return english`a gateway has at most ${limits.subDevices} sub-devices`;
  }

  return {
    receive(gateway, call, { id, params }) {
      if (call === "topo/add") return add(gateway, params);
      if (call === "topo/delete") return remove(gateway, params);
      if (call === "login") return logIn(gateway, params);
      if (call === "logout") return logOutOne(gateway, params);
      asked.set(nameOf(gateway), id);
      return topologyOf(gateway);
    },
    receiveResult(gateway, id, { code, message }) {
      const device = nameOf(gateway);
      if (asked.get(device) !== id) return false;
      asked.delete(device);
      events.emit("reply", { device, call: "sub/topo/get", id, code, message });
      return true;
    },
    subDevice,
    routeOf(record, call, params) {
      const gateway = devices.get(sessions.gatewayOf(nameOf(record)) ?? "");
      if (gateway === undefined) return undefined;
      const identity = identityOf(record);
      const [, identifier] = /^service\/(.+)\/invoke$/.exec(call) ?? [];
      return identifier === undefined
        ? { to: gateway, call: `sub/${call}`, params: { ...identity, params } }
        : { to: gateway, call: "sub/service/invoke", params: { ...identity, identifier, input: params } };
    },
    bind(gateway, subDevices) {
      const names = subDevices.map((record) => nameOf(record));
      if (new Set(names).size > limits.subDevices) throw new Error(tooMany());
      for (const record of subDevices) {
        const fault = bindingFault(gateway, record);
        if (fault !== undefined) throw new Error(fault);
      }
      const failure = setSubDevices(gateway, [...new Set(names)]);
      if (failure !== undefined) throw new Error(failure.message);
    },
    announce: (gateway) =>
      requests.ask(
        gateway,
        "sub/topo/change",
        { subList: topologyOf(gateway) as unknown as JsonValue },
        SUB_DEVICE_TIMEOUT,
      ),
    logOut,
  };
}

function identityOf({ product, device }: DeviceRecord): Identity {
  return { productID: product, deviceName: device };
}
