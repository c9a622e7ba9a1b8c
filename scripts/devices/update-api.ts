/** A client of the local OneNET's calls for packages and tasks. The platform has these only on its pages. */

import type { TaskState, UpdateFault } from "../local-onenet/index.ts";
import { createCaller, listOf, numberIn, objectOf, OneNetError, type OneNetOptions } from "./onenet-api.ts";
import { t } from "../cli/language.ts";

/** A device's task. */
export interface TaskView {
  readonly target: string;
  readonly state: TaskState;
  /** The last step that the device reported. */
  readonly step?: number;
  /** How much of the package was sent, 0–100. */
  readonly percent: number;
  readonly tid: number;
}

/** What the platform knows of a device's updates. */
export interface UpdateState {
  readonly device: string;
  /** Of its program, as it reported it. */
  readonly version?: string;
  readonly task?: TaskView;
}

export interface UpdateApi {
  /** @param file a package, a byte string @returns its number */
  upload(device: string, version: string, file: string): Promise<number>;
  /** Starts a task. @returns its number */
  start(device: string, packageId: number, fault?: UpdateFault): Promise<number>;
  cancel(device: string): Promise<void>;
  /** All devices of the product. */
  states(): Promise<readonly UpdateState[]>;
}

/** Each call throws a OneNetError, or the signal's reason. */
export function createUpdateApi({ product, ...options }: OneNetOptions): UpdateApi {
  const call = createCaller(options);
  const of = (device: string) => ({ product_id: product, device_name: device });

  return {
    async upload(device, version, file) {
      const { id } = objectOf(await call("/local-ota/package", { ...of(device), version }, file));
      return numberIn(id);
    },
    async start(device, packageId, fault) {
      const wanted = { ...of(device), package_id: packageId, ...(fault && { fault }) };
      const { tid } = objectOf(await call("/local-ota/task", {}, JSON.stringify(wanted)));
      return numberIn(tid);
    },
    async cancel(device) {
      await call("/local-ota/cancel", {}, JSON.stringify(of(device)));
    },
    async states() {
      const { list } = objectOf(await call("/local-ota/tasks", { product_id: product }));
      return listOf(list).map(objectOf).map(stateOf);
    },
  };
}

function stateOf({
  device_name: device,
  s_version: version,
  task,
}: Readonly<Record<string, unknown>>): UpdateState {
  return {
    device: String(device),
    ...(typeof version === "string" && { version }),
    ...(task !== undefined && { task: taskOf(objectOf(task)) }),
  };
}

const STATES: readonly unknown[] = [
  "waiting",
  "downloading",
  "upgrading",
  "done",
  "failed",
  "cancelled",
] satisfies readonly TaskState[];

function taskOf({ target, state, step, percent, tid }: Readonly<Record<string, unknown>>): TaskView {
  if (!STATES.includes(state)) throw new OneNetError(t`the answer has another form than the local OneNET's`);
  return {
    target: String(target),
    state: state as TaskState,
    ...(typeof step === "number" && { step }),
    percent: numberIn(percent),
    tid: numberIn(tid),
  };
}
