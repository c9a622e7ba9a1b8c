/** Folders of board files for tests. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { BoardError, loadBoard } from "../../../scripts/boards/index.ts";

/** A complete board file without any default values. */
export const COMPLETE = {
  title: "Complete",
  chip: "esp32",
  led: { kind: "gpio", pin: 2 },
  wifi: { ssid: "attic", password: "under-the-roof" },
  onenet: { generation: "multiprotocol", product: "200100", device: "600700800", authInfo: "kitchen-lamp-1" },
};

const { title, chip, led, wifi } = COMPLETE;

/** The current time in all tests, in s since 1970: the start of 2026. */
export const NOW = Date.UTC(2026, 0) / 1000;

/** An access key in base64; not a secret. */
export const KEY = Buffer.from("hunter2-hunter2-hunter2").toString("base64");

/** The same for each other generation. */
export const SUITE = {
  ...{ title, chip, led, wifi },
  onenet: { generation: "suite", product: "469948", device: "Chic_D", key: KEY },
};
export const STUDIO = { ...SUITE, onenet: { ...SUITE.onenet, generation: "studio" } };

/** The same for a broker that is not OneNET. */
export const MQTT = {
  ...{ title, chip, led, wifi },
  mqtt: { server: "10.0.0.1", topic: "attic/lamp" },
};

/** A folder `boards` with these files, deleted after the test; anything but text or bytes is written as JSON. */
export function boardFolder(files: Readonly<Record<string, unknown>>): string {
  const root = mkdtempSync(join(tmpdir(), "boards-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  const directory = join(root, "boards");
  mkdirSync(directory);
  for (const [name, content] of Object.entries(files)) {
    const plain = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(directory, name), plain ? content : JSON.stringify(content));
  }
  return directory;
}

/** The mistakes in a board, one line each, without the places of their fields. */
export function refusal(name: string, directory: string, local = true): readonly string[] {
  return refused(name, directory, local)?.message.split("\n") ?? [];
}

/** The mistakes in a board as commands report them. */
export function report(name: string, directory: string): readonly string[] {
  return refused(name, directory)?.lines ?? [];
}

function refused(name: string, directory: string, local = true): BoardError | undefined {
  try {
    loadBoard(name, { directory, local, now: NOW });
  } catch (error) {
    if (error instanceof BoardError) return error;
    throw error;
  }
  return undefined;
}
