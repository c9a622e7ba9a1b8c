/** DHT11 and DHT22: their answer on the wire, from their data sheets. */
import type { Sensor, SensorKind, Sensors } from "./sensors.ts";

/** Shortest start for a DHT11, in ms. A DHT22 wants 0.8 ms, which is less than a chip takes for a few statements. */
const DHT11_START = 18;

/** Times in µs. */
const WAIT = 30;
const RESPONSE = 80;
const BIT = 50;
const ZERO = 26;
const ONE = 70;

/**
 * How long each level lasts after the wire was let go, in µs: high first, then low, and so on to the end of the answer.
 * Empty without an answer.
 * @param low how long the wire was held low, in ms
 */
export function dhtAnswer(sensors: Sensors, pin: number, low: number): readonly number[] {
  const wanted: SensorKind = low < DHT11_START ? "dht22" : "dht11";
  const sensor = sensors.at(pin, 0, wanted);
  if (!sensor || (sensor.kind === "dht11" && low < DHT11_START)) return [];
  const bits = dhtBits(sensor);
  if (bits === "") return [];
  const times = [WAIT, RESPONSE, RESPONSE];
  for (const bit of bits) times.push(BIT, bit === "1" ? ONE : ZERO);
  times.push(BIT);
  return times;
}

/** The 40 bits of a sensor; empty if it is none of these, or does not answer. */
export function dhtBits(sensor: Sensor | undefined): string {
  if (!sensor || (sensor.kind !== "dht11" && sensor.kind !== "dht22")) return "";
  // Both are read, so that both can be set.
  const temperature = Math.round(sensor.measure("temperature") * 10);
  const humidity = Math.round(sensor.measure("humidity") * 10);
  if (sensor.fault === "away" || sensor.fault === "stuck") return "";
  const size = Math.abs(temperature);
  const sign = temperature < 0 ? 128 : 0;
  const bytes =
    sensor.kind === "dht22"
      ? [humidity >> 8, humidity & 255, (size >> 8) | sign, size & 255]
      : [Math.round(humidity / 10), 0, Math.trunc(size / 10), (size % 10) | sign];
  const sum = bytes.reduce((all, byte) => all + byte, sensor.fault === "damaged" ? 1 : 0) & 255;
  return [...bytes, sum].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}
