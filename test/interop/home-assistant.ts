/** A real Home Assistant, with its MQTT integration and nothing else: home-assistant.py. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

/** The Python of a Home Assistant; undefined if there is none. */
export const HOME_ASSISTANT = process.env["HOME_ASSISTANT"] || undefined;

/** Explains why a test is skipped. */
export const WITHOUT_HOME_ASSISTANT =
  "skipped: set HOME_ASSISTANT to the path of the Python that Home Assistant is installed for";

/** An entity, as Home Assistant last saw it. */
export interface Entity {
  readonly id: string;
  /** Its id in Home Assistant, such as `switch.lamp_pump`. */
  readonly entity: string;
  readonly category: "config" | "diagnostic" | null;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface HomeAssistant {
  /** By the unique ids of the discovery payloads. */
  readonly entities: ReadonlyMap<string, Entity>;
  /** Warnings and errors in its log. */
  readonly warnings: readonly string[];
  /** @param service such as `light.turn_on` @param id unique id of the entity @param data such as `{ brightness: 128 }` */
  call(service: string, id: string, data?: object): void;
  close(): Promise<void>;
}

type Line = Entity | { readonly warning: string } | { readonly ready: true };

/** @param python path @param port of the broker on 127.0.0.1 @throws Error if it ends before it is ready */
export async function startHomeAssistant(python: string, port: number): Promise<HomeAssistant> {
  const child = spawn(python, [resolve("test/interop/home-assistant.py"), String(port)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const entities = new Map<string, Entity>();
  const warnings: string[] = [];
  const ready = new Promise<void>((done, fail) => {
    child.once("error", fail);
    child.once("exit", () => fail(new Error(`${python} ended before Home Assistant was ready`)));
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as Line;
      if ("warning" in line) warnings.push(line.warning);
      else if ("ready" in line) done();
      else entities.set(line.id, line);
    });
  });
  await ready;

  return {
    entities,
    warnings,
    call(service, id, data = {}) {
      const [domain, name] = service.split(".");
      const entity_id = entities.get(id)?.entity;
      child.stdin.write(`${JSON.stringify({ domain, service: name, data: { entity_id, ...data } })}\n`);
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
