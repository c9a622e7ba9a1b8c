/** The products and devices of the local OneNET, declared by the user or self-registered. */

import type { ThingModel } from "./thing-model.ts";
import { english } from "../cli/language.ts";

export type GenerationName = "multiprotocol" | "suite" | "studio";

export interface ProductRecord {
  readonly generation: GenerationName;
  /** Product id, the MQTT user name. */
  readonly product: string;
  readonly title?: string;
  /** multiprotocol: each key also logs in the product's devices and gives access to the product in the HTTP API. */
  readonly apiKeys?: readonly string[];
  /** multiprotocol: lets devices register themselves. */
  readonly registrationCode?: string;
  /** suite, studio: the product's access key, base64. Tokens made with it also log in the product's devices. */
  readonly key?: string;
  /** suite, studio: the account that it belongs to. A token of the account opens all its products in the HTTP API. */
  readonly account?: Account;
  /** studio: properties, events and services of its devices. */
  readonly thingModel?: ThingModel;
}

/** A user of the platform (用户), with the access key of its page 访问权限. */
export interface Account {
  /** User id. */
  readonly user: string;
  /** Access key, base64. */
  readonly key: string;
}

/** A device of the multiprotocol generation (多协议接入). */
export interface MultiprotocolDevice {
  readonly generation: "multiprotocol";
  readonly product: string;
  /** Device id, the MQTT client identifier; unique on the platform. */
  readonly device: string;
  /** Auth info (鉴权信息) of the device: the MQTT password. */
  readonly authInfo: string;
  readonly title?: string;
  /** The serial number, or the MAC without colons, used at registration. */
  readonly sn?: string;
}

/** A device of the suite (MQTT物联网套件) or studio (物联网开放平台) generation. */
export interface TokenDevice {
  readonly generation: "suite" | "studio";
  readonly product: string;
  /** Device name, the MQTT client identifier; unique in its product. */
  readonly device: string;
  /** Access key of the device, base64. The MQTT password is a token made with it. */
  readonly key: string;
  readonly title?: string;
  /** Of a gateway: the names of its sub-devices (see {@link nameOf}), in the order in which they were bound. */
  readonly subDevices?: readonly string[];
}

export type DeviceRecord = MultiprotocolDevice | TokenDevice;

export interface Registry {
  readonly products: ReadonlyMap<string, ProductRecord>;
  /** Keyed by name: see {@link nameOf}. */
  readonly devices: ReadonlyMap<string, DeviceRecord>;
  /**
   * Finds a device by its full name, or by a device name that occurs in only one product.
   * @throws Error if none or several match
   */
  find(name: string): DeviceRecord;
  /** @throws Error if the device conflicts with existing records or cannot be saved */
  add(device: DeviceRecord): void;
  /** Replaces the device of the same name. @throws Error if it cannot be saved */
  update(device: DeviceRecord): void;
  /**
   * @returns the gateway that had the device as a sub-device, as it is now
   * @throws Error if the change cannot be saved
   */
  remove(name: string): TokenDevice | undefined;
}

/** A change of a registry: the device of this name is removed, then `added` is added. */
export interface Change {
  readonly removed?: string;
  readonly added?: DeviceRecord;
}

/** The name of a device in events and calls: the device id (multiprotocol), `product/device` (suite, studio). */
export function nameOf({ generation, product, device }: DeviceRecord): string {
  return generation === "multiprotocol" ? device : `${product}/${device}`;
}

/** The sub-devices of a gateway; none of another device. */
export function subDevicesOf(record: DeviceRecord | undefined): readonly string[] {
  return record === undefined || record.generation === "multiprotocol" ? [] : (record.subDevices ?? []);
}

/** The gateway that has the named device as a sub-device. */
export function gatewayOf({ devices }: Pick<Registry, "devices">, name: string): TokenDevice | undefined {
  const gateway = [...devices.values()].find((record) => subDevicesOf(record).includes(name));
  return gateway as TokenDevice | undefined;
}

/**
 * A device for people: its title, and its own name to tell those of the same title apart.
 * @param name as in events; unchanged if there is no such device, or it has no title
 */
export function labelOf({ devices }: Registry, name: string): string {
  const { title = "", device = "" } = devices.get(name) ?? {};
  return title === "" ? name : `${title} (${device})`;
}

/**
 * @param save stores a change; throws if it cannot
 * @throws Error if records conflict
 */
export function createRegistry(
  productRecords: readonly ProductRecord[],
  deviceRecords: readonly DeviceRecord[],
  save: (change: Change) => void = () => undefined,
): Registry {
  const products = new Map<string, ProductRecord>();
  const devices = new Map<string, DeviceRecord>();

  function check(record: DeviceRecord): void {
    const { product, device, generation } = record;
    if (!isId(product) || !isId(device)) {
      throw new Error(
        english`the device "${device}" of product "${product}": ids have 1 to 64 letters, digits, _ and -`,
      );
    }
    const known = products.get(product);
    if (known !== undefined && known.generation !== generation) {
      throw new Error(
        english`device ${nameOf(record)} is ${generation}, but its product ${product} is ${known.generation}`,
      );
    }
    if (devices.has(nameOf(record))) {
      throw new Error(
        generation === "multiprotocol"
          ? english`device ${device} is a duplicate; device ids are unique on the platform`
          : english`device ${nameOf(record)} is a duplicate; device names are unique in their product`,
      );
    }
    if (generation === "studio" && known?.thingModel === undefined) {
      throw new Error(
        english`product ${product} of device ${nameOf(record)} is studio: it needs a thing model`,
      );
    }
  }

  for (const record of productRecords) {
    if (!isId(record.product)) {
      throw new Error(english`the product "${record.product}": ids have 1 to 64 letters, digits, _ and -`);
    }
    if (products.has(record.product)) throw new Error(english`product ${record.product} is a duplicate`);
    const { user, key } = record.account ?? {};
    const other = [...products.values()].find(
      ({ account }) => account?.user === user && account?.key !== key,
    );
    if (user !== undefined && other !== undefined)
      throw new Error(
        english`account ${user} has another key in product ${other.product} than in ${record.product}`,
      );
    products.set(record.product, record);
  }
  for (const record of deviceRecords) {
    check(record);
    const { product, generation } = record;
    if (!products.has(product)) products.set(product, { product, generation });
    devices.set(nameOf(record), record);
  }
  checkSubDevices();

  /** @throws Error if a sub-device is not a device of the gateway's generation, or has two gateways */
  function checkSubDevices(): void {
    const bound = new Map<string, string>();
    for (const [gateway, record] of devices) {
      for (const name of subDevicesOf(record)) {
        const why = (reason: string) => new Error(english`the sub-device "${name}" of ${gateway}: ${reason}`);
        if (name === gateway) throw why(english`a device cannot be its own gateway`);
        if (devices.get(name)?.generation !== record.generation) {
          throw why(english`it must be a device of ${record.generation}, written as product/device`);
        }
        const other = bound.get(name);
        if (other !== undefined) throw why(english`it has another gateway, ${other}`);
        bound.set(name, gateway);
      }
    }
  }

  function update(device: DeviceRecord): void {
    save({ removed: nameOf(device), added: device });
    devices.set(nameOf(device), device);
  }

  return {
    products,
    devices,
    find(name) {
      const exact = devices.get(name);
      if (exact !== undefined) return exact;
      const [found, another] = [...devices.values()].filter(({ device }) => device === name);
      if (found === undefined) throw new Error(english`no such device: ${name}`);
      if (another === undefined) return found;
      throw new Error(
        english`several products have a device ${name}: write ${nameOf(found)} or ${nameOf(another)}`,
      );
    },
    add(device) {
      check(device);
      save({ added: device });
      devices.set(nameOf(device), device);
    },
    update,
    remove(name) {
      const gateway = gatewayOf({ devices }, name);
      const subDevices = subDevicesOf(gateway).filter((one) => one !== name);
      const rest = gateway && { ...gateway, subDevices };
      if (rest) update(rest);
      save({ removed: name });
      devices.delete(name);
      return rest;
    },
  };
}

function isId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id);
}
