/** `server` of `onenet` and `mqtt`: one, or a list in the order of preference. */

import type { Address } from "../../src/app/link.ts";
import type { Board, OneNet } from "./board.ts";
import type { Section } from "./merge.ts";
import { quote, type Finding } from "./mistake.ts";
import { t } from "../cli/language.ts";

/** `server` of a board file: host names or IPv4 addresses, in a list also with a port. */
export type ServerField = string | readonly string[];

/** The servers of a board, in the order of preference. */
export function serversOf({ onenet }: Pick<Board, "onenet">): readonly Address[] {
  return [{ host: onenet.server, port: onenet.port }, ...(onenet.otherServers ?? [])];
}

/** Servers of a product by default: its own host, and the one for all products, which may refuse newer ones. */
export function productServers(product: string, tls: boolean): readonly string[] {
  const name = tls ? "mqttstls" : "mqtts";
  return [`${product}.${name}.acc.cmcconenet.cn`, `${name}.heclouds.com`];
}

/** What {@link Board} has for a board file's `server` and `port`. */
export function addressFields(
  server: ServerField,
  port: number,
): Pick<OneNet, "server" | "port" | "otherServers"> {
  const [first = { host: "", port }, ...others] = (typeof server === "string" ? [server] : server).map(
    (text) => addressOf(text, port),
  );
  return {
    server: first.host,
    port: first.port,
    ...(others.length === 0 ? {} : { otherServers: others }),
  };
}

/** Reports servers that are in the list twice; the schema does it for those written alike. */
export function* checkServers(
  section: Section,
  { server, port }: Readonly<Record<string, unknown>>,
): Generator<Finding> {
  if (!Array.isArray(server)) return;
  const written = server.map((text: unknown) => (typeof text === "string" ? text : ""));
  const places = written.map((text) => {
    const address = addressOf(text, Number(port));
    return `${address.host.toLowerCase()}:${address.port}`;
  });
  for (const [index, place] of places.entries()) {
    const first = places.indexOf(place);
    if (first === index || written.indexOf(written[index] ?? "") < index) continue;
    yield {
      pointer: `/${section}/server/${index}`,
      causes: [`/${section}/port`],
      problem: t`${quote(written[index])} is the same server as entry [${first}]`,
      remedy: t`remove one of them`,
    };
  }
}

function addressOf(text: string, port: number): Address {
  const [host = "", own] = text.split(":");
  return { host, port: own === undefined ? port : Number(own) };
}
