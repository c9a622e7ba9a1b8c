/** The virtual board as a rig, by a clock that stands still. */

import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type Files } from "../../scripts/virtual-board/index.ts";
import { START, watcher, type RigMaker } from "./rig.ts";

export const makeVirtualRig: RigMaker = ({ chip, wifi }, script, platform) => {
  const clock = createClock(START);
  const storage: Files = new Map();
  const lines: string[] = [];
  const note = (line: string) => lines.push(`${(clock.now() - START).toFixed(1)} ${line}`);
  const board = createVirtualBoard({
    script: watcher(platform.port) + script,
    chip,
    clock,
    storage,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
  });
  board.on("console", note);
  board.on("pin", ({ pin, value }) => note(`PIN ${pin} ${value}`));
  board.on("pwm", ({ pin, value, freq }) => note(`PWM ${pin} ${Math.round(value * 1e6)} ppm, ${freq} Hz`));
  board.on("pixels", ({ pin, bytes }) => note(`PIXELS ${pin} ${bytes.join(" ")}`));
  board.on("reboot", () => note("REBOOT"));
  const settle = () => clock.advance(0);
  return Promise.resolve({
    lines,
    settle,
    async start() {
      await board.start();
      await settle();
    },
    pass: (ms) => clock.advance(ms),
    async powerCycle() {
      await board.stop();
      await board.start();
      await settle();
    },
    async setLevel(pin, level) {
      board.setLevel(pin, level);
      await settle();
    },
    async setClimate(pin, climate) {
      board.setClimate(pin, climate);
      await settle();
    },
    async drop() {
      board.air.drop();
      await settle();
    },
    files: () => Promise.resolve(storage),
    stop: () => board.stop(),
  });
};
