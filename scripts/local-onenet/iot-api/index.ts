/** The application side of suite and studio: the supported calls of iot-api.heclouds.com. */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { addFuseOta, type FuseOtaParts } from "../updates/fuse-ota.ts";
import { addUpdateManagement, type ManagementParts } from "../updates/management.ts";
import { failure } from "./answer.ts";
import { addDatapointCalls, type DatapointParts } from "./datapoint.ts";
import { addDeviceCalls, type DeviceParts } from "./device.ts";
import { addImageCalls, type ImageParts } from "./image.ts";
import { addFileCalls, type FileParts } from "./device-file.ts";
import { addLogCalls } from "./device-log.ts";
import { addThingModelCalls, type ThingModelParts } from "./thing-model.ts";

export function addIotApi(
  parent: FastifyInstance,
  parts: DatapointParts &
    DeviceParts &
    FileParts &
    ThingModelParts &
    FuseOtaParts &
    ImageParts &
    ManagementParts,
): void {
  void parent.register((app, _options, done) => {
    app.setErrorHandler((error: Error, _request, reply) => {
      void reply.code(200);
      return failure(error);
    });
    addDeviceCalls(app, parts);
    addLogCalls(app, parts);
    addFileCalls(app, parts);
    addThingModelCalls(app, parts);
    addDatapointCalls(app, parts);
    addImageCalls(app, parts);
    addFuseOta(app, parts);
    addUpdateManagement(app, parts);
    done();
  });
}

/** Whether a request is meant for this API, judging by its token or path. */
export function isIotCall({ headers, url }: FastifyRequest): boolean {
  return (
    headers.authorization !== undefined ||
    /^\/((thingmodel|datapoint|fuse-ota|ota|local-ota|mqtt\/v1)\/|device\/[a-z]|product\/)/.test(url)
  );
}
