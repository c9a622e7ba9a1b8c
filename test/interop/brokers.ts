/** The brokers sessions must work with. */

import { startPlainBroker } from "../../scripts/local-onenet/plain.ts";
import { MOSQUITTO, startMosquitto } from "../support/mosquitto.ts";

export interface Broker {
  readonly port: number;
  close(): Promise<void>;
}

/** Undefined if not installed. */
type Start = (() => Promise<Broker>) | undefined;

export const BROKERS: [name: string, start: Start][] = [
  ["mosquitto", MOSQUITTO === undefined ? undefined : () => startMosquitto(MOSQUITTO ?? "")],
  ["aedes", () => startPlainBroker()],
];
