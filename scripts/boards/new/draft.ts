/** Makes a board file from the answers to `npm run new-board`. */

import { isDeepStrictEqual } from "node:util";
import type { Led } from "../board.ts";
import { baseOf, type Answers, type Bases } from "./question.ts";

type Fields = Record<string, unknown>;

/**
 * The board file for the answers, without the parts not answered yet. An LED identical to the base's is left
 * to the base.
 */
export function draftOf(answers: Answers, bases: Bases): Fields {
  const { board, title, generation } = answers;
  const led = ledOf(answers);
  const own = baseOf(answers, bases)?.led;
  return fields({
    $schema: "./board.schema.json",
    extends: board,
    title,
    led: own && isDeepStrictEqual({ ...fileOf(own), ...led }, fileOf(own)) ? undefined : led,
    parts: answers["parts"] ? (JSON.parse(answers["parts"]) as unknown) : undefined,
    wifi: fields({
      ssid: answers["ssid"],
      password: answers["open-network"] === "yes" ? "" : answers["wifi-password"],
    }),
    setup: answers["setup"] === "yes" ? setupOf(answers) : undefined,
    onenet: generation === undefined || generation === "mqtt" ? undefined : onenetOf(generation, answers),
    mqtt: generation === "mqtt" ? mqttOf(answers) : undefined,
    // The thing model may lack the streams of the shipped boards, but it has the LED's property.
    streams:
      generation === "studio"
        ? [{ id: answers["led-property"] ?? "led", source: "lit", period: 60 }]
        : undefined,
  });
}

function ledOf(answers: Answers): Fields | undefined {
  const { led: kind } = answers;
  if (kind === undefined) return undefined;
  const activeLow = answers["active-low"];
  const [red, green, blue] = answers["led-pins"]?.split(",").map(Number) ?? [];
  return fields({
    kind,
    pin: numberOf(answers["led-pin"]),
    pins: red === undefined ? undefined : { red, green, blue },
    activeLow: activeLow === undefined ? undefined : activeLow === "yes",
    count: numberOf(answers["led-count"]),
    order: answers["led-order"],
  });
}

function setupOf(answers: Answers): Fields {
  return fields({
    button: numberOf(answers["setup-button"] || undefined),
    password: answers["setup-password"] || undefined,
  });
}

/** An LED for the board file. */
function fileOf(led: Led): Fields {
  if (led.kind !== "pwm") return { ...led };
  const [red, green, blue] = led.pins;
  return { ...led, pins: { red, green, blue } };
}

function onenetOf(generation: string, answers: Answers): Fields {
  const { product, device, key, token, credentials, title } = answers;
  const properties = fields({ led: answers["led-property"], colour: answers["colour-property"] });
  return fields({
    generation,
    product,
    device,
    authInfo: answers["auth-info"],
    registration:
      credentials === "registration" ? fields({ code: answers["registration-code"], title }) : undefined,
    key,
    token,
    properties: generation === "studio" ? properties : undefined,
  });
}

function mqttOf(answers: Answers): Fields {
  return fields({
    server: serversOf(answers["server"]),
    topic: answers["topic"],
    userName: answers["mqtt-user"] || undefined,
    password: answers["mqtt-password"],
  });
}

/** One server, or several separated by commas. */
function serversOf(text: string | undefined): string | readonly string[] | undefined {
  return text?.includes(",") ? text.split(",").map((server) => server.trim()) : text;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function fields(all: Fields): Fields {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
