/** The virtual board as a rig, on a controlled clock. */

import { accessPointsOf } from "../../scripts/boards/wifi.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type Files, type SensorKind } from "../../scripts/virtual-board/index.ts";
import { START, watcher, type RigMaker } from "./rig.ts";

export const makeVirtualRig: RigMaker = async (file, script, platform) => {
  const { chip, time } = file;
  const air = accessPointsOf(file);
  const clock = createClock(START);
  // It answers once everything else has settled, so that simultaneous answers have a fixed order.
  const server = await startTimeServer(clock.now, { waits: true });
  clock.attach({
    nextDue: () => (server.waiting > 0 ? clock.now() : undefined),
    run: () => server.answerWaiting(),
  });
  const storage: Files = new Map();
  const lines: string[] = [];
  const note = (line: string) => lines.push(`${(clock.now() - START).toFixed(1)} ${line}`);
  const board = createVirtualBoard({
    script: watcher(platform.port, server.port) + script,
    chip,
    clock,
    storage,
    air,
    network: {
      [`127.0.0.1:${platform.port}`]: platform.port, // where `watcher` routes the script
      [`127.0.0.1:${server.port}/udp`]: server.port,
      ...(time ? { [`${time.server}:123/udp`]: server.port } : {}),
    },
  });
  board.on("console", note);
  board.on("pin", ({ pin, value }) => note(`PIN ${pin} ${value}`));
  board.on("pwm", ({ pin, value, freq }) => note(`PWM ${pin} ${Math.round(value * 1e6)} ppm, ${freq} Hz`));
  board.on("pixels", ({ pin, bytes }) => note(`PIXELS ${pin} ${bytes.join(" ")}`));
  board.on("reboot", () => note("REBOOT"));
  const settle = () => pass(0);
  async function pass(ms: number): Promise<void> {
    await clock.advance(ms);
    while (server.waiting > 0) await clock.advance(0);
  }
  return {
    time: server,
    lines,
    settle,
    async start() {
      await board.start();
      await settle();
    },
    pass,
    async powerCycle() {
      await board.stop();
      await board.start();
      await settle();
    },
    async setLevel(pin, level) {
      board.setLevel(pin, level);
      await settle();
    },
    async setClimate(pin, climate, index) {
      if (index > 0 && climate) board.sensors.connect(pin, new Array<SensorKind>(index + 1).fill("ds18b20"));
      board.sensors.disturb(pin, climate ? undefined : "away", index);
      if (climate) {
        board.sensors.set(pin, "temperature", climate.temperature / 10, index);
        board.sensors.set(pin, "humidity", climate.humidity / 10, index);
        if (climate.pressure !== undefined) board.sensors.set(pin, "pressure", climate.pressure / 10, index);
      }
      await settle();
    },
    async drop() {
      board.air.drop();
      await settle();
    },
    async setAccessPoint(network, isThere) {
      const point = air[network];
      if (!point) throw new Error(`there is no network ${network}`);
      if (isThere) board.air.add(point);
      else board.air.remove(point.ssid);
      await settle();
    },
    async moveClock(ms) {
      board.moveClock(ms);
      await settle();
    },
    files: () => Promise.resolve(storage),
    async stop() {
      await board.stop();
      await server.close();
    },
  };
};
