/**
 * What a board on a plain broker tells Home Assistant about itself: one retained message, in the format of its MQTT
 * discovery for devices, https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload.
 */

import { createHash } from "node:crypto";
import project from "../../package.json" with { type: "json" };
import type { Board, Led, Plain, Source, Stream } from "./board.ts";
import { offerTopic, stateTopic } from "./update/offer.ts";
import { commandsOf, valuesOf, type OwnPart, type Part, type PartValue, type SettingPart } from "./parts.ts";

/** A message that is published retained. */
export interface Discovery {
  readonly topic: string;
  readonly payload: string;
}

/** An entity: the keys of its platform, abbreviated as Home Assistant allows. */
type Entity = Readonly<Record<string, string | number | null>>;

/** Undefined for a board that does not announce itself. */
export function discoveryOf(board: Board): Discovery | undefined {
  const { onenet } = board;
  if (onenet.generation !== "plain" || !onenet.homeAssistant) return undefined;
  const { topic } = onenet;
  const id = idOf(onenet);
  const entities = [...entitiesOf(board, topic)];
  const expiry = expiryOf(board);
  return {
    topic: `${onenet.homeAssistant}/device/${id}/config`,
    payload: JSON.stringify({
      ...headOf(board, id, topic),
      // For all entities that do not name another.
      stat_t: `${topic}/data`,
      cmd_t: `${topic}/set`,
      cmps: Object.fromEntries(
        entities.map(([name, { p = "", ...rest }]) => [
          name,
          { p, uniq_id: `${id}_${name}`, ...rest, ...(EXPIRING.includes(p) ? expiry : {}) },
        ]),
      ),
    }),
  };
}

/** The device, who announces it, and how its commands and its availability are published. */
function headOf({ title, chip, sleep }: Board, id: string, topic: string) {
  return {
    dev: { ids: id, name: title, mf: project.name, mdl: chip, sw: project.version },
    o: { name: project.name, sw: project.version },
    // One that sleeps is never unavailable; its commands wait at the broker.
    ...(sleep ? { qos: 1 } : { avty_t: `${topic}/status` }),
  };
}

/** Platforms whose values may be too old. */
const EXPIRING: readonly unknown[] = ["sensor", "binary_sensor"];
/** Wakes that may fail before the values of a board that sleeps are too old. */
const WAKES = 3;

/** After which time a value is unknown, if the board did not report it again. */
function expiryOf({ sleep }: Board): Entity {
  return sleep && "every" in sleep ? { exp_aft: WAKES * sleep.every } : {};
}

/** Unique at the broker, as client identifiers are, and in the characters that Home Assistant allows. */
function idOf({ device }: Plain): string {
  const id = device.replace(/[^A-Za-z0-9_-]/g, "_");
  // Two client identifiers must not become one.
  return id === device ? id : `${id}_${createHash("sha256").update(device).digest("hex").slice(0, 8)}`;
}

/** The entities of a device, by the end of their unique ids. */
function entitiesOf({ parts, led, streams }: Board, topic: string): Map<string, Entity> {
  const ofParts = (parts ?? []).flatMap(valuesOf).map(({ id }) => id);
  const entities = new Map<string, Entity>();
  // The one light of a board is called like the board.
  if (parts === undefined && led)
    entities.set("led", { ...lightOf(led, "", topic, `${topic}/state`), name: null });
  for (const part of parts ?? [])
    for (const [id, entity] of Object.entries(entitiesOfPart(part, topic))) entities.set(id, entity);
  for (const stream of streams) {
    const { id, source } = stream;
    if (ofParts.includes(source) || OF_LIGHT.includes(source)) continue;
    entities.set(entities.has(id) ? `${id}-data` : id, streamOf(stream));
  }
  return entities;
}

/**
 * Another entity of the same device: the versions of its program, and a button for the newer one. Whoever offers an update
 * publishes it, so it takes no room on the board. Undefined for a board that does not announce itself.
 */
export function updateDiscoveryOf(board: Board): Discovery | undefined {
  const { onenet } = board;
  if (onenet.generation !== "plain" || !onenet.homeAssistant) return undefined;
  const { topic } = onenet;
  const id = idOf(onenet);
  return {
    topic: `${onenet.homeAssistant}/update/${id}/firmware/config`,
    payload: JSON.stringify({
      ...headOf(board, id, topic),
      uniq_id: `${id}_firmware`,
      name: "firmware",
      dev_cla: "firmware",
      stat_t: stateTopic(topic),
      cmd_t: offerTopic(topic),
      pl_inst: "install",
    }),
  };
}

/** Sources that say what the entity of the light says. */
const OF_LIGHT: readonly string[] = ["led", "lit"] satisfies Source[];

function entitiesOfPart(part: Part, topic: string): Readonly<Record<string, Entity>> {
  const { name } = part;
  const state = `${topic}/${name}/state`;
  const common = { name, stat_t: state };
  const [value] = valuesOf(part);
  switch (part.kind) {
    case "light":
      return { [name]: { ...lightOf(part.led, `${name} `, topic, state), name } };
    case "switch":
    case "buzzer":
      return { [name]: switchOf(name, common) };
    case "dimmer":
      // Its state is `40%`, or `off`.
      return { [name]: { ...numberOf(part), ...common, val_tpl: "{{ value|replace('%','')|int(0) }}" } };
    case "servo":
      return { [name]: { ...numberOf(part), ...common, pl_rst: "off" } };
    case "setting":
      return { [name]: { ...settingOf(part, common), ent_cat: "config" } };
    case "own":
      return {
        [name]: part.isSettable ? settingOf(part, common) : ownOf(part, common),
        ...Object.fromEntries(
          part.commands.map((command) => [
            `${name}-${command}`,
            { p: "button", name: `${name} ${command}`, pl_prs: `${name} ${command}` },
          ]),
        ),
      };
    case "button":
      return {
        [name]: { p: "sensor", ...common, stat_cla: "total_increasing" },
        [`${name}-press`]: { p: "button", name: `${name} press`, pl_prs: `${name} press` },
      };
    case "contact":
      return {
        [name]: { p: "binary_sensor", ...common, dev_cla: "door", pl_on: "open", pl_off: "closed" },
      };
    case "motion":
      return {
        [name]: { p: "binary_sensor", ...common, dev_cla: "motion", pl_on: "motion", pl_off: "still" },
      };
    case "counter":
      return { [name]: { p: "sensor", ...common, ...unitOf(value), stat_cla: "total_increasing" } };
    default:
      return Object.fromEntries(
        valuesOf(part).map((each) => [
          each.id,
          {
            p: "sensor",
            name: each.id.replaceAll("_", " "),
            stat_t: state,
            ...unitOf(each),
            stat_cla: "measurement",
            val_tpl: measurementOf(each, part),
          },
        ]),
      );
  }
}

/** The name of a value in the state of a part with several: `temperature` of `air_temperature`. */
export function shortName({ id }: PartValue, { name }: Part): string {
  return id === name ? id : id.slice(name.length + 1);
}

/** A measurement that failed is `unknown` or null, which makes the sensor unknown. */
function measurementOf(value: PartValue, part: Part): string {
  return value.id === part.name ? "{{ value|float('None') }}" : `{{ ${memberOf(shortName(value, part))} }}`;
}

function memberOf(name: string): string {
  if (/^[A-Za-z]\w*$/.test(name)) return `value_json.${name}`;
  return `value_json['${name.replace(/[\\']/g, "\\$&")}']`;
}

/**
 * A light of the default schema, which compares the state with its commands.
 * @param prefix what comes before an argument in its commands
 * @param topic of the board
 * @param state the topic of its state
 */
function lightOf(led: Led, prefix: string, topic: string, state: string): Entity {
  const common = { p: "light", stat_t: state, ...switching(prefix) };
  if (led.kind === "gpio")
    return prefix === "" ? common : { ...common, stat_val_tpl: `${prefix}{{ value }}` };
  const isOn = `${prefix}{{ 'off' if value == 'off' else 'on' }}`;
  if (led.kind === "dimmed")
    return {
      ...common,
      stat_val_tpl: isOn,
      bri_cmd_t: `${topic}/set`,
      bri_cmd_tpl: `${prefix}{{ value }}`,
      bri_stat_t: state,
      bri_val_tpl: "{{ value[:-1]|int('') }}", // `40%`; empty, so left as it is, for `off`
      bri_scl: 100,
      on_cmd_type: "brightness",
    };
  return {
    ...common,
    stat_val_tpl: isOn,
    rgb_cmd_t: `${topic}/set`,
    rgb_cmd_tpl: `${prefix}#{{ '%02x%02x%02x' % (red, green, blue) }}`,
    rgb_stat_t: state,
    rgb_val_tpl:
      "{% if value != 'off' %}{{ value[1:3]|int(0,16) }},{{ value[3:5]|int(0,16) }},{{ value[5:]|int(0,16) }}{% endif %}",
    // `on` lights the board's own colour; then comes the one that was chosen.
    on_cmd_type: "first",
  };
}

/** What commands set. @param common its name and the topic of its state */
function settingOf(part: SettingPart | OwnPart, common: Entity): Entity {
  const { name } = part;
  switch (part.holds) {
    case "switch":
      return switchOf(name, common);
    case "text":
      // Characters there, bytes here: the board refuses what is too long.
      return { p: "text", ...common, cmd_tpl: `${name} {{ value }}`, min: 1, max: part.longest };
    case "number": {
      // A value of own code may be unknown.
      const template = part.kind === "own" ? { val_tpl: "{{ value|float('None') }}" } : {};
      return { ...numberOf(part), ...common, step: stepOf(part.from, part.to), ...template };
    }
  }
}

/** What own code only measures. @param common its name and the topic of its state */
function ownOf(part: OwnPart, common: Entity): Entity {
  switch (part.holds) {
    case "switch":
      return { p: "binary_sensor", ...common, pl_on: "on", pl_off: "off" };
    case "text":
      return { p: "sensor", ...common };
    case "number":
      return {
        p: "sensor",
        ...common,
        ...(part.unit ? { unit_of_meas: part.unit } : {}),
        stat_cla: "measurement",
        val_tpl: "{{ value|float('None') }}",
      };
  }
}

/** @param common its name and the topic of its state */
function switchOf(name: string, common: Entity): Entity {
  return { p: "switch", ...common, ...switching(`${name} `), stat_on: "on", stat_off: "off" };
}

/** Commands of what is on or off. */
function switching(prefix: string): Entity {
  return { pl_on: `${prefix}on`, pl_off: `${prefix}off` };
}

function numberOf(part: Part): Entity {
  const { least = 0, most = 0 } = commandsOf(part).number ?? {};
  const [value] = valuesOf(part);
  return { p: "number", ...unitOf(value), min: least, max: most, cmd_tpl: `${part.name} {{ value }}` };
}

/** A thousandth of the range or a little less, and not below the least step of Home Assistant. */
function stepOf(from: number, to: number): number {
  return 10 ** Math.max(-3, Math.ceil(Math.log10(to - from)) - 3);
}

function unitOf(value: PartValue | undefined): Entity {
  const quantity = value?.quantity;
  return {
    // Home Assistant has another class for the pressure in pipes and tyres, which it shows in other units.
    ...(quantity && { dev_cla: quantity === "pressure" ? "atmospheric_pressure" : quantity }),
    ...(value?.unit ? { unit_of_meas: value.unit } : {}),
  };
}

/** Keys of the sensor of a built-in source. */
const BUILT_IN: Readonly<Record<Source, Entity>> = {
  commands: { stat_cla: "total_increasing", ent_cat: "diagnostic" },
  led: {},
  lit: {},
  uptime: { dev_cla: "duration", unit_of_meas: "s", stat_cla: "total_increasing", ent_cat: "diagnostic" },
  memory: { stat_cla: "measurement", ent_cat: "diagnostic" },
  rssi: {
    dev_cla: "signal_strength",
    unit_of_meas: "dBm",
    stat_cla: "measurement",
    ent_cat: "diagnostic",
  },
  analog: { stat_cla: "measurement" },
  lost: { stat_cla: "total_increasing", ent_cat: "diagnostic" },
};

/**
 * The sensor of a data stream. A message has only the streams that are due: without a value, the sensor keeps the one it
 * has. It ignores an empty text if it expects a number, as with a class or a unit; a source of own code may give text.
 */
function streamOf({ id, source }: Stream): Entity {
  const ofSource = Object.hasOwn(BUILT_IN, source) ? BUILT_IN[source as Source] : undefined;
  return {
    p: "sensor",
    name: id,
    ...ofSource,
    val_tpl: `{{ ${memberOf(id)}|default(${ofSource ? "''" : "this.state"}) }}`,
  };
}
