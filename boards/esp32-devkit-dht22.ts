/** A DHT22 (AM2302) that measures temperature and humidity, read by Espruino's own module. */

import type { BoardCode } from "onenet-espruino";

/** The sensor's data pin, with 10 kΩ between it and 3.3 V unless the sensor stands on a small board that has them. */
const SENSOR = D4;
/** Time between two measurements, in ms; the sensor takes 2 s from one to the next. */
const PERIOD = 10_000;

/** What was measured last; undefined before that, and while the sensor does not answer. */
let last: Dht22Result | undefined;

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

export default {
  start(board) {
    const sensor = require("DHT22").connect(SENSOR);

    function measure(): void {
      sensor.read((result) => {
        if (result.err) board.say("DHT22: no answer; check its wires and its resistor");
        last = result.err ? undefined : result;
      });
    }

    measure();
    setInterval(measure, PERIOD);
  },

  sources: {
    temperature: () => last && tenths(last.temp),
    humidity: () => last && tenths(last.rh),
  },

  commands: {
    /** Returns the last measurement. */
    climate: () => (last ? `${tenths(last.temp)} °C, ${tenths(last.rh)} %` : "not measured"),
  },
} satisfies BoardCode;
