/** Updates through the air (远程升级): the packages of products, and the task of each device. */

import { createHash } from "node:crypto";
import { readPackage, VERSION } from "../../boards/update/package.ts";
import { english } from "../../cli/language.ts";
import type { Data, DocumentKind } from "../data.ts";
import { nameOf, type DeviceRecord, type Registry } from "../devices.ts";
import type { Doubt } from "../doubts.ts";
import type { Reporter } from "../events.ts";
import type { Broken } from "../generation.ts";
import { isObject, readJson, type JsonValue } from "../json.ts";
import type { Sessions } from "../sessions.ts";
import { treeOf } from "../sys-topics.ts";
import { printable } from "../text.ts";
import {
  STATUS,
  type StoredPackage,
  type TaskState,
  type UpdateFault,
  type UpdateTask,
  type Versions,
} from "./task.ts";

/** What a device reported of its progress was not accepted. */
export type StepFault = "over" | "state" | "unknown";

export interface Updates {
  /**
   * Keeps a package. The oldest without a task give way.
   * @throws Error if the product is unknown, the version or the size is not allowed, or it cannot be stored
   */
  addPackage(product: string, version: string, bytes: Buffer, device?: string): StoredPackage;
  packages(product: string): readonly StoredPackage[];
  /**
   * Starts a task, in place of one that is under way, and tells the device if it is online and has subscribed.
   * @throws Error if there is no such device or package, or they are of different products
   */
  start(device: string, packageId: number, fault?: UpdateFault): UpdateTask;
  /** @returns false if the device has no task under way */
  cancel(device: string): boolean;
  /** The last task of a device. */
  task(device: string): UpdateTask | undefined;
  /** What a device reported. */
  versions(device: string): Versions | undefined;
  /** Forgets a deleted device. */
  forget(device: string): void;

  // What devices do:
  report(record: DeviceRecord, versions: Versions): void;
  step(record: DeviceRecord, step: number): StepFault | undefined;
  /** The bytes of the package of a task under way, with what its fault changes. */
  content(device: string): { readonly bytes: Buffer; readonly md5: string };
  /** Bytes before `to` are about to be sent. @returns where to cut the connection; undefined: not at all */
  sends(device: string, from: number, to: number): number | undefined;
  /** Handles a message to `ota/inform_reply`. */
  replied(record: DeviceRecord, payload: Buffer): Broken | undefined;
}

/** Largest package, in bytes. */
export const LARGEST_FILE = 1024 * 1024;
/** Most packages kept. */
const MOST_PACKAGES = 1000;
/** Most bytes of all packages. */
const MOST_BYTES = 32 * 1024 * 1024;

type Kept = StoredPackage & { readonly bytes: Buffer };

/** As it is kept in the file of a platform. */
interface Task {
  readonly tid: number;
  /** Once the task is over, the package may be gone. */
  readonly file: StoredPackage;
  readonly fault?: UpdateFault;
  state: TaskState;
  step?: number;
  /** Bytes sent, from the beginning. */
  sent: number;
  /** The connection was cut, or is not to be. */
  isCut: boolean;
}

export interface UpdateParts {
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly registry: Registry;
  readonly doubt: Doubt;
  readonly data: Data;
}

export function createUpdates({ events, sessions, registry, doubt, data }: UpdateParts): Updates {
  const packages = new Map<number, Kept>();
  for (const { json, bytes } of data.documents("package")) {
    const known = json as unknown as StoredPackage;
    if (bytes !== undefined) packages.set(known.id, { ...known, bytes });
  }
  const tasks = documentsOf<Task>("task");
  const versions = documentsOf<Versions>("versions");
  /** The notices that wait for a device's reply, by device. */
  const notices = new Map<string, string>();
  let lastPackage = Math.max(0, ...packages.keys());
  let lastTask = Math.max(1_000_000, ...[...tasks.values()].map(({ tid }) => tid));
  let lastNotice = 0;

  /** Documents of the devices that there are. */
  function documentsOf<T>(kind: DocumentKind): Map<string, T> {
    const documents = data.documents(kind).filter(({ name }) => registry.devices.has(name));
    return new Map(documents.map(({ name, json }) => [name, json as unknown as T]));
  }

  function isUnderWay({ state }: Task): boolean {
    return STATUS[state] < STATUS.done;
  }

  function describe(device: string, { tid, file, state, step, sent }: Task): UpdateTask {
    const percent = Math.floor((sent / file.size) * 100);
    const { version: target, size } = file;
    return { tid, device, target, size, state, percent, ...(step === undefined ? {} : { step }) };
  }

  function describePackage({ id, product, version, device, size, md5 }: Kept): StoredPackage {
    return { id, product, version, ...(device === undefined ? {} : { device }), size, md5 };
  }

  function changed(device: string, task: Task): void {
    data.setDocument("task", device, { ...task } as unknown as JsonValue);
    events.emit("update", describe(device, task));
  }

  /** Makes room for a package of `size` bytes. */
  function makeRoom(size: number): void {
    const used = new Set([...tasks.values()].filter(isUnderWay).map(({ file }) => file.id));
    let total = [...packages.values()].reduce((sum, one) => sum + one.size, size);
    for (const { id, size: freed } of packages.values()) {
      if (packages.size < MOST_PACKAGES && total <= MOST_BYTES) return;
      if (used.has(id)) continue;
      packages.delete(id);
      data.setDocument("package", String(id), undefined);
      total -= freed;
    }
    if (packages.size >= MOST_PACKAGES || total > MOST_BYTES)
      throw new Error(english`there are too many packages with tasks: cancel some`);
  }

  function setVersions(device: string, reported: Versions): void {
    versions.set(device, reported);
    data.setDocument("versions", device, { ...reported });
  }

  function inform(record: DeviceRecord): void {
    const device = nameOf(record);
    if (record.generation !== "studio") return;
    const id = String(++lastNotice);
    const payload = Buffer.from(JSON.stringify({ id, version: "1.0", params: {} }));
    if (sessions.notify(device, `${treeOf(record)}ota/inform`, payload) !== undefined) return;
    notices.set(device, id);
    events.emit("request", { device, call: "ota/inform", id, params: {} });
  }

  return {
    addPackage(product, version, bytes, device) {
      const known = registry.products.get(product);
      if (known === undefined) throw new Error(`no such product: ${printable(product)}`);
      if (known.generation === "multiprotocol")
        throw new Error("devices of multiprotocol have no updates here: only those of suite and studio");
      if (!VERSION.test(version)) throw new Error("a version has 1 to 20 of A–Z a–z 0–9 . _ -");
      if (bytes.length === 0 || bytes.length > LARGEST_FILE)
        throw new Error(`a package has 1 to ${LARGEST_FILE} bytes`);
      if (device !== undefined && !registry.devices.has(`${product}/${device}`))
        throw new Error(`the product has no device ${printable(device)}`);
      makeRoom(bytes.length);
      const id = ++lastPackage;
      const own = device === undefined ? {} : { device };
      const made = { id, product, version, ...own, size: bytes.length, md5: md5Of(bytes) };
      data.keepFile("package", String(id), made, bytes);
      packages.set(id, { ...made, bytes });
      events.emit("package", made);
      return made;
    },
    packages: (product) =>
      [...packages.values()].filter((one) => one.product === product).map(describePackage),
    start(name, packageId, fault) {
      const record = registry.find(name);
      const device = nameOf(record);
      const file = packages.get(packageId);
      if (file?.product !== record.product)
        throw new Error(english`the product of ${device} has no package ${packageId}`);
      if (file.device !== undefined && file.device !== record.device)
        throw new Error(english`package ${packageId} is for ${file.device}, not for ${record.device}`);
      if (fault?.kind === "signature" && readPackage(file.bytes.toString("latin1")) === undefined)
        throw new Error(english`the package has no signature to change: npm run publish makes one that has`);
      const before = tasks.get(device);
      if (before && isUnderWay(before)) {
        before.state = "cancelled";
        changed(device, before);
      }
      const task: Task = {
        tid: ++lastTask,
        file: describePackage(file),
        ...(fault === undefined ? {} : { fault }),
        state: "waiting",
        sent: 0,
        isCut: false,
      };
      tasks.set(device, task);
      notices.delete(device);
      changed(device, task);
      inform(record);
      return describe(device, task);
    },
    cancel(name) {
      const device = nameOf(registry.find(name));
      const task = tasks.get(device);
      if (!task || !isUnderWay(task)) return false;
      task.state = "cancelled";
      changed(device, task);
      return true;
    },
    task(device) {
      const task = tasks.get(device);
      return task && describe(device, task);
    },
    versions: (device) => versions.get(device),
    forget(device) {
      tasks.delete(device);
      versions.delete(device);
      notices.delete(device);
      data.setDocument("task", device, undefined);
      data.setDocument("versions", device, undefined);
    },

    report(record, reported) {
      const device = nameOf(record);
      setVersions(device, reported);
      events.emit("version", { device, ...reported });
    },
    step(record, step) {
      const device = nameOf(record);
      const task = tasks.get(device);
      if (!task || !isUnderWay(task)) return "over";
      const kind = kindOf(step);
      if (kind === undefined) return "unknown";
      const { state } = task;
      const isTaken = TAKEN[state]?.includes(kind) === true;
      const isLikely =
        (LIKELY[state]?.includes(kind) ?? false) && !doubt(device, english`step ${step} while ${state}`);
      if (!isTaken && !isLikely) return "state";
      task.step = step;
      if (kind === "downloaded") task.state = "upgrading";
      if (kind === "download-failed" || kind === "failed") task.state = "failed";
      if (kind === "done") {
        task.state = "done";
        const { f_version = "" } = versions.get(device) ?? {};
        setVersions(device, { s_version: task.file.version, f_version });
      }
      changed(device, task);
      return undefined;
    },
    content(device) {
      const { file, fault } = tasks.get(device) ?? {};
      const whole = packages.get(file?.id ?? 0);
      if (whole === undefined) throw new Error(`${device} has no task under way`);
      const bytes = spoilt(whole.bytes, fault);
      // A signature that differs comes with its own sum: the sum alone finds nothing.
      return { bytes, md5: fault?.kind === "signature" ? md5Of(bytes) : whole.md5 };
    },
    sends(device, from, to) {
      const task = tasks.get(device);
      if (task === undefined || from === to) return undefined;
      if (task.state === "waiting") task.state = "downloading";
      const { fault, isCut } = task;
      const cut = fault?.kind === "cut" && !isCut && fault.at >= from && fault.at < to ? fault.at : undefined;
      if (cut !== undefined) task.isCut = true;
      task.sent = Math.max(task.sent, cut ?? to);
      changed(device, task);
      return cut;
    },
    replied(record, payload) {
      const device = nameOf(record);
      const { id, code, msg }: Record<string, JsonValue | undefined> = objectIn(payload);
      if (typeof id !== "string" || typeof code !== "number" || !Number.isInteger(code))
        return {
          rule: "one-json",
          detail: english`${"ota/inform"}_reply must be {"id":"<that of the request>","code":200,"msg":"success"}`,
        };
      if (notices.get(device) !== id)
        return { rule: "answer", detail: english`${"ota/inform"}_reply with the id "${printable(id)}"` };
      notices.delete(device);
      const message = typeof msg === "string" ? msg : "";
      events.emit("reply", { device, call: "ota/inform", id, code, message });
      return undefined;
    },
  };
}

/** What a step says. */
type Kind = "percent" | "downloaded" | "download-failed" | "done" | "failed";

function kindOf(step: number): Kind | undefined {
  if (step === 100 || step === 101) return "downloaded";
  if (step >= 0 && step < 100) return "percent";
  if (step >= 102 && step <= 107) return "download-failed";
  if (step === 201) return "done";
  return step >= 202 && step <= 208 ? "failed" : undefined;
}

/** What is taken in each state. */
const TAKEN: Partial<Record<TaskState, readonly Kind[]>> = {
  downloading: ["percent", "downloaded", "download-failed"],
  upgrading: ["done", "failed"],
};

/** What the platform may take as well. */
const LIKELY: Partial<Record<TaskState, readonly Kind[]>> = {
  waiting: ["download-failed", "failed"],
  downloading: ["failed"],
};

function md5Of(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** A package with what a fault changes. */
function spoilt(bytes: Buffer, fault: UpdateFault | undefined): Buffer {
  if (fault === undefined || fault.kind === "cut") return bytes;
  const copy = Buffer.from(bytes);
  const at = fault.kind === "hash" ? copy.length - 1 : SIGNATURE;
  copy[at] = fault.kind === "hash" ? (copy[at] ?? 0) ^ 1 : copy[at] === LETTER ? LETTER + 1 : LETTER;
  return copy;
}

/** Where the signature of a package is. */
const SIGNATURE = 2;
const LETTER = 65;

function objectIn(payload: Buffer): Record<string, JsonValue> {
  const json = readJson(payload)?.value;
  return isObject(json) ? json : {};
}
