/** Turns a checked board into the source of the module `virtual:board` (src/board-module.d.ts). */

import type { Board, Chip, Source, Stream } from "../../src/board.ts";

/** Where a data stream's value comes from: an expression, and what it imports from src/device/sensors.ts. */
interface Reader {
  readonly expression: string;
  readonly sensor?: string;
  /** Reported at once when it changes: what a command does is worth seeing. */
  readonly onChange?: true;
}

/** @throws Error when a value is not one of JSON's, which a checked board never holds */
export function boardModule(board: Board): string {
  const streams = board.streams.map((stream) => ({ ...stream, ...reader(stream, board.chip) }));
  const sensors = unique(streams.flatMap((stream) => stream.sensor ?? []));
  const frames = unique(streams.map((stream) => `type${stream.dpType}`));
  const entries = streams.map(({ id, period, dpType, expression, onChange = false }) => {
    return `{ id: ${JSON.stringify(id)}, period: ${period * 1000}, onChange: ${onChange}, encode: type${dpType}, read: ${expression} }`;
  });
  return [
    imports(sensors, "./device/sensors"),
    imports(frames, "./onenet/dp"),
    `export const title = ${JSON.stringify(board.title)};`,
    `export const led = ${JSON.stringify(board.led)};`,
    `export const wifi = ${JSON.stringify(board.wifi)};`,
    `export const onenet = ${JSON.stringify(board.onenet)};`,
    `export const longestWait = ${board.reconnect.maximum * 1000};`,
    `export function streams(state) {\n  return [\n    ${entries.join(",\n    ")}\n  ];\n}`,
  ].join("\n");
}

function imports(names: readonly string[], from: string): string {
  return names.length > 0 ? `import { ${names.join(", ")} } from ${JSON.stringify(from)};` : "";
}

function reader(stream: Stream, chip: Chip): Reader {
  const readers: Record<Source, Reader> = {
    commands: { expression: "state.commands", onChange: true },
    led: { expression: "state.led", onChange: true },
    uptime: { expression: "state.uptime" },
    memory: { expression: "freeMemory", sensor: "freeMemory" },
    rssi: sensor(chip === "esp8266" ? "wifiStrengthEsp8266" : "wifiStrength"),
    analog: { expression: `() => analogLevel(${String(stream.pin)})`, sensor: "analogLevel" },
  };
  return readers[stream.source];
}

function sensor(name: string): Reader {
  return { expression: name, sensor: name };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
