/** A board's device and product, for registration on the local OneNET. */

import type { Board } from "../boards/board.ts";
import { boardModel } from "../local-onenet/board-model.ts";
import type { DeviceRecord, ProductRecord, ThingModel } from "../local-onenet/index.ts";
import { t } from "../cli/language.ts";

export interface Declared {
  readonly products: readonly ProductRecord[];
  readonly devices: readonly DeviceRecord[];
}

/**
 * @param changes overrides for the device, for tests of mismatches
 * @param given the product's thing model; that of the board by default
 * @throws Error for a board file with only a token: the platform needs the key to check it
 */
export function declare(board: Board, changes: object = {}, given?: ThingModel): Declared {
  const settings = board.onenet;
  const { title } = board;
  switch (settings.generation) {
    case "multiprotocol": {
      const { generation, product, device, authInfo, registration } = settings;
      if (registration) {
        return { products: [{ generation, product, registrationCode: registration.code }], devices: [] };
      }
      return { products: [], devices: [{ generation, product, device, authInfo, title, ...changes }] };
    }
    case "suite":
    case "studio": {
      const { generation, product, device, key } = settings;
      if (!key) throw new Error(t`the local OneNET needs onenet.key: it cannot check a token alone`);
      const thingModel =
        settings.generation === "studio" ? (given ?? boardModel(board, settings)) : undefined;
      return {
        products: [{ generation, product, ...(thingModel ? { thingModel } : {}) }],
        devices: [{ generation, product, device, key, title, ...changes }],
      };
    }
    case "plain":
      return { products: [], devices: [] };
  }
}
