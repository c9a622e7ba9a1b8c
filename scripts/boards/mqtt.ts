/** `mqtt` of a board file, for brokers other than OneNET: checks beyond the schema, and what the firmware gets. */

import type { Board, Plain } from "./board.ts";
import type { Section } from "./merge.ts";
import { isObject, type Finding } from "./mistake.ts";
import { addressFields, checkServers, type ServerField } from "./servers.ts";
import { t } from "../cli/language.ts";

type Fields = Readonly<Record<string, unknown>>;

/** `mqtt` with the schema's defaults. */
export type MqttFile = Omit<
  Plain,
  "generation" | "server" | "device" | "userName" | "password" | "homeAssistant" | "otherServers"
> &
  Partial<Pick<Plain, "userName" | "password">> & {
    readonly server: ServerField;
    readonly clientId?: string;
    readonly homeAssistant: boolean | string;
  };

/** Home Assistant's discovery prefix, unless its user chose another one. */
const DISCOVERY_PREFIX = "homeassistant";

export function* checkMqtt({ mqtt, sleep }: Fields): Generator<Finding> {
  if (!isObject(mqtt)) return;
  yield* checkPing("mqtt", mqtt);
  yield* checkServers("mqtt", mqtt);
  if (mqtt["qos"] !== 2 || mqtt["cleanSession"] !== true || sleep !== undefined) return; // which allows no 2 at all
  yield {
    pointer: "/mqtt/cleanSession",
    causes: ["/mqtt/qos"],
    problem: t`is true, but QoS 2 needs a persistent session`,
    remedy: t`write false, or choose another qos`,
  };
}

/** Checks the ping period of `onenet` or `mqtt`. */
export function* checkPing(section: Section, { keepAlive, pingPeriod }: Fields): Generator<Finding> {
  if (!isCount(keepAlive) || !isCount(pingPeriod)) return;
  if (keepAlive === 0 || pingPeriod < keepAlive) return; // 0: the server waits forever [MQTT 3.1.1, 3.1.2.10]
  yield {
    pointer: `/${section}/pingPeriod`,
    causes: [`/${section}/keepAlive`],
    problem: t`${pingPeriod} s is not shorter than keepAlive, ${keepAlive} s`,
    remedy: keepAlive > 1 ? t`write less than ${keepAlive}` : t`make keepAlive longer`,
  };
}

/** @param name of the board: its client identifier by default */
export function plainOf(file: MqttFile, name: string): Plain {
  const { server, port, keepAlive, pingPeriod, qos, cleanSession, tls, topic } = file;
  const { clientId: device = name, userName = "", password = "" } = file;
  const common = { ...addressFields(server, port), keepAlive, pingPeriod, qos, cleanSession };
  const prefix = file.homeAssistant === true ? DISCOVERY_PREFIX : file.homeAssistant || "";
  return { generation: "plain", ...common, tls, device, userName, password, topic, homeAssistant: prefix };
}

/** The section of a board's file for its server. */
export function sectionOfBoard({ onenet }: Board): Section {
  return onenet.generation === "plain" ? "mqtt" : "onenet";
}

/** The kind of server a board uses: a generation of OneNET, or `mqtt`. */
export function serverKind({ onenet }: Board): string {
  return onenet.generation === "plain" ? "mqtt" : onenet.generation;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65535;
}
