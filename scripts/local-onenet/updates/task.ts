/** What the platform knows of packages and tasks. */

/** What the platform calls a task's state. */
export const STATUS = { waiting: 1, downloading: 2, upgrading: 3, done: 4, failed: 5, cancelled: 6 } as const;
export type TaskState = keyof typeof STATUS;

/** What goes wrong with a task, to try what a board does then. */
export type UpdateFault =
  /** The connection is cut, once, before the byte `at` of the package. */
  | { readonly kind: "cut"; readonly at: number }
  /** The last byte differs from the one that was uploaded. */
  | { readonly kind: "hash" }
  /** The signature is another one. */
  | { readonly kind: "signature" };

export interface UpdateTask {
  readonly tid: number;
  /** See `nameOf`. */
  readonly device: string;
  /** The version of its package. */
  readonly target: string;
  /** Of the package, in bytes. */
  readonly size: number;
  readonly state: TaskState;
  /** The last step that the device reported. */
  readonly step?: number;
  /** How much of the package was sent, 0–100. */
  readonly percent: number;
}

export interface StoredPackage {
  readonly id: number;
  readonly product: string;
  readonly version: string;
  /** The device it is for; undefined: any of the product. */
  readonly device?: string;
  readonly size: number;
  /** In hex. */
  readonly md5: string;
}

export interface Versions {
  /** Of the program of the MCU. */
  readonly s_version: string;
  /** Of the firmware of the module. */
  readonly f_version: string;
}
