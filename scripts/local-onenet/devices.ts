/** The products and devices of the local OneNET, declared by its user or registered by themselves. */

import type { ThingModel } from "./thing-model.ts";

export type GenerationName = "multiprotocol" | "suite" | "studio";

export interface ProductRecord {
  readonly generation: GenerationName;
  /** Product id, the MQTT user name. */
  readonly product: string;
  readonly title?: string;
  /** multiprotocol: each also opens the product's devices, and the product in the HTTP API. */
  readonly apiKeys?: readonly string[];
  /** multiprotocol: lets devices register themselves. */
  readonly registrationCode?: string;
  /** suite, studio: the product's access key, base64; it also opens the product's devices. */
  readonly key?: string;
  /** studio: what its devices are. */
  readonly thingModel?: ThingModel;
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
  /** The serial number, or the MAC without colons, that it registered with. */
  readonly sn?: string;
}

/** A device of the suite (MQTT物联网套件) or studio (物联网开放平台) generation. */
export interface TokenDevice {
  readonly generation: "suite" | "studio";
  readonly product: string;
  /** Device name, the MQTT client identifier; unique in its product. */
  readonly device: string;
  /** Access key of the device, base64; a token that is made with it is the MQTT password. */
  readonly key: string;
  readonly title?: string;
}

export type DeviceRecord = MultiprotocolDevice | TokenDevice;

export interface Registry {
  readonly products: ReadonlyMap<string, ProductRecord>;
  /** By their names: see {@link nameOf}. */
  readonly devices: ReadonlyMap<string, DeviceRecord>;
  /**
   * The device of a name, or of a device name that only one product has. @throws Error when there is none, or several
   */
  find(name: string): DeviceRecord;
  /** @throws Error when the device contradicts what is known, or cannot be kept */
  add(device: DeviceRecord): void;
}

/** How events and calls name a device: the device id (multiprotocol), `product/device` (suite, studio). */
export function nameOf({ generation, product, device }: DeviceRecord): string {
  return generation === "multiprotocol" ? device : `${product}/${device}`;
}

/**
 * @param save keeps a device more; throws when it cannot
 * @throws Error when records contradict each other
 */
export function createRegistry(
  productRecords: readonly ProductRecord[],
  deviceRecords: readonly DeviceRecord[],
  save: (device: DeviceRecord) => void = () => undefined,
): Registry {
  const products = new Map<string, ProductRecord>();
  const devices = new Map<string, DeviceRecord>();

  function check(record: DeviceRecord): void {
    const { product, device, generation } = record;
    if (!isId(product) || !isId(device)) {
      throw new Error(
        `the device "${device}" of product "${product}": ids have 1 to 64 letters, digits, _ and -`,
      );
    }
    const known = products.get(product);
    if (known !== undefined && known.generation !== generation) {
      throw new Error(
        `device ${nameOf(record)} is ${generation}, but its product ${product} is ${known.generation}`,
      );
    }
    if (devices.has(nameOf(record))) {
      throw new Error(
        generation === "multiprotocol"
          ? `device ${device} is a duplicate; device ids are unique on the platform`
          : `device ${nameOf(record)} is a duplicate; device names are unique in their product`,
      );
    }
    if (generation === "studio" && known?.thingModel === undefined) {
      throw new Error(`product ${product} of device ${nameOf(record)} is studio: it needs a thing model`);
    }
  }

  for (const record of productRecords) {
    if (!isId(record.product)) {
      throw new Error(`the product "${record.product}": ids have 1 to 64 letters, digits, _ and -`);
    }
    if (products.has(record.product)) throw new Error(`product ${record.product} is a duplicate`);
    products.set(record.product, record);
  }
  for (const record of deviceRecords) {
    check(record);
    const { product, generation } = record;
    if (!products.has(product)) products.set(product, { product, generation });
    devices.set(nameOf(record), record);
  }

  return {
    products,
    devices,
    find(name) {
      const exact = devices.get(name);
      if (exact !== undefined) return exact;
      const [found, another] = [...devices.values()].filter(({ device }) => device === name);
      if (found === undefined) throw new Error(`no such device: ${name}`);
      if (another === undefined) return found;
      throw new Error(`several products have a device ${name}: write ${nameOf(found)} or ${nameOf(another)}`);
    },
    add(device) {
      check(device);
      save(device);
      devices.set(nameOf(device), device);
    },
  };
}

function isId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id);
}
