/** Data streams of each type of `$dp` frame, and how the platform stores them. */

import type { Stream } from "../../scripts/boards/board.ts";
import type { DataPoint } from "../../scripts/local-onenet/index.ts";
import type { Stage } from "../../scripts/stage/index.ts";
import { untilEqual } from "./in-board-time.ts";

export const TYPES = [1, 2, 3, 4, 5, 6, 7] as const;
/** Two streams per type: a number, and a text with a Chinese name; for type 7, two numbers. */
export function twoStreams(dpType: Stream["dpType"]): Stream[] {
  if (dpType === 7) {
    return [
      { id: "switch7", source: "commands", period: 60, dpType, number: 1 },
      { id: "again7", source: "commands", period: 60, dpType, number: 65535 },
    ];
  }
  return [
    { id: `switch${dpType}`, source: "commands", period: 60, dpType },
    { id: `灯${dpType}`, source: "led", period: 60, dpType },
  ];
}

/** The two streams of a type as seen by the platform: their names, and how a value is stored. */
export function stored(
  type: Stream["dpType"],
  commands: number,
  led: string | number,
): [stream: string, value: unknown][] {
  const binary = (desc: string, value: number | string) => ({
    desc,
    base64: Buffer.from(String(value)).toString("base64"),
  });
  if (type === 2) {
    return [
      ["switch2", binary("commands", commands)],
      ["灯2", binary("led", led)],
    ];
  }
  return type === 7
    ? [
        ["1", commands],
        ["65535", commands],
      ]
    : [
        [`switch${type}`, commands],
        [`灯${type}`, led],
      ];
}

/** The last point of a stream, once it has the value. */
export async function lastPoint(
  { board, platform, device }: Stage,
  stream: string,
  value: unknown,
): Promise<DataPoint> {
  const last = () => platform.datapoints(board.onenet.device, stream).at(-1);
  await untilEqual(device, () => last()?.value, value);
  return last() ?? { value: null, at: "", type: 0 };
}
