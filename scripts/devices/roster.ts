/** The devices of a class at the platform: those there are, and their credentials. */

import { createProgress } from "../cli/progress.ts";
import { createOneNetApi, registerDevice } from "./onenet-api.ts";
import { mint } from "./access.ts";
import type { Credentials } from "./member-file.ts";
import { isOfClass, type Member } from "./members.ts";

export interface Roster {
  /** The students' names of the class's devices, by device; none where the platform does not tell. */
  known(): Promise<ReadonlyMap<string, string>>;
  /** Creates the device unless it is there. */
  credentials(member: Member): Promise<{ readonly own: Credentials; readonly isNew: boolean }>;
}

export interface Platform {
  readonly server: string;
  readonly product: string;
  /** The product's access key; its registration code for multiprotocol. */
  readonly secret: string;
  readonly signal: AbortSignal;
}

/** suite, studio: devices are listed and created with the product's key. */
export function tokenRoster({ server, product, secret, signal }: Platform, prefix: string): Roster {
  const api = createOneNetApi({ server, product, token: mint(product, secret), signal });
  const there = new Set<string>();
  return {
    async known() {
      const devices = (await api.list()).filter(({ name }) => isOfClass(prefix, name));
      for (const { name } of devices) there.add(name);
      return new Map(devices.map(({ name, description }) => [name, description]));
    },
    async credentials({ id, name }) {
      const isNew = !there.has(id);
      const key = isNew ? await api.create(id, name) : await api.key(id);
      return { own: { device: id, key }, isNew };
    },
  };
}

/**
 * multiprotocol: a device registers under a serial number, and gets the same id each time. The platform does not say
 * whether it is new.
 */
export function registrationRoster(
  { server, secret: code, signal }: Platform,
  inFiles: ReadonlyMap<string, string>,
): Roster {
  return {
    known: () => Promise.resolve(new Map()),
    async credentials({ id, name }) {
      return { own: await registerDevice({ server, code, signal }, id, name), isNew: !inFiles.has(id) };
    },
  };
}

/** Does it for all, one after the other, with a bar. */
export async function forEach<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const progress = createProgress();
  try {
    for (const [index, one] of all.entries()) {
      progress.show("Devices", index / all.length);
      await work(one);
    }
  } finally {
    progress.clear();
  }
}
