import type { NewBoard } from "../../../scripts/web-console/feed.ts";

/** A board of a feed. */
export const BOARD: NewBoard = {
  id: "b1",
  title: "lamp",
  device: "d1",
  generation: "multiprotocol",
  isVirtual: true,
  chip: "ESP32",
  form: "devkit",
  uses: [],
  orders: [],
  units: {},
  led: { kind: "gpio", count: 1 },
  pixels: ["#000000"],
  pins: "",
  wifi: "off",
  isOnline: false,
  why: "",
  faults: [],
  inputs: [],
  parts: [],
  states: [],
  outbox: null,
  sleep: null,
  update: null,
};
