/** `$dp` frames: data points as OneNET's multiprotocol generation takes them ("设备终端接入协议-MQTT", data point formats). */

import { sized } from "../mqtt/bytes";
import { jsonString, jsonValue, type Value } from "./json";

export interface DataPoint {
  /** Name of the data stream. */
  readonly id: string;
  readonly value: Value;
}

/** Turns data points into the payload of one publish. */
export type Encoder = (points: readonly DataPoint[]) => string;

/**
 * Type 1: `{"datastreams":[{"id":"switch","datapoints":[{"value":3}]}]}` behind the type byte and a u16 length.
 * @throws Error when the JSON is over 65535 bytes
 */
export function type1(points: readonly DataPoint[]): string {
  const streams = points.map(
    (point) => '{"id":' + jsonString(point.id) + ',"datapoints":[{"value":' + jsonValue(point.value) + "}]}",
  );
  return "\x01" + sized('{"datastreams":[' + streams.join(",") + "]}");
}

/**
 * Type 3: `{"temperature":22.5,"humidity":"95.2%"}` behind the type byte and a u16 length.
 * @throws Error when the JSON is over 65535 bytes
 */
export function type3(points: readonly DataPoint[]): string {
  const fields = points.map((point) => jsonString(point.id) + ":" + jsonValue(point.value));
  return "\x03" + sized("{" + fields.join(",") + "}");
}
