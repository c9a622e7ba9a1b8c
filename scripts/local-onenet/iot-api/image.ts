/** `/mqtt/v1/devices/<id>/image`: the image of a suite device, as the calls of 2022 have it. */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { nameOf, type Registry, type TokenDevice } from "../devices.ts";
import type { Images } from "../image.ts";
import { TOKEN, deviceOf } from "./access.ts";
import { IotError, bodyOf, success } from "./answer.ts";
import { identifierOf } from "./device.ts";

export interface ImageParts {
  readonly registry: Registry;
  readonly images: Images;
}

interface Call {
  Params: { id: string };
}

export function addImageCalls(app: FastifyInstance, { registry, images }: ImageParts): void {
  app.get<Call>("/mqtt/v1/devices/:id/image", TOKEN, (request) => {
    const image = images.describe(suiteDevice(request));
    if (image === undefined) throw new IotError("parameter", "device image not exists");
    return success(image);
  });

  app.put<Call>("/mqtt/v1/devices/:id/image/properties", TOKEN, (request) => {
    const error = images.update(suiteDevice(request), bodyOf(request));
    if (error !== undefined) throw new IotError("parameter", `${error.err_msg} (${error.err_code})`);
    return success();
  });

  /** The device with this number, its `did`. @throws IotError if the token gives no access to it */
  function suiteDevice(request: FastifyRequest<Call>): TokenDevice {
    const found = [...registry.devices.values()].find(
      (record) => record.generation === "suite" && identifierOf(nameOf(record)) === request.params.id,
    );
    if (found === undefined) throw new IotError("noDevice", "device not found");
    return deviceOf(registry, request, { product_id: found.product, device_name: found.device });
  }
}
