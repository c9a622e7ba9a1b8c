/** Every scripted exchange. */

import { COMMANDS_AND_REQUESTS } from "./commands.ts";
import { CONNECTED } from "./connected.ts";
import { CUTS } from "./cuts.ts";
import type { Exchange } from "./exchange.ts";
import { LOG_IN } from "./log-in.ts";
import { BROKEN } from "./malformed.ts";
import { NETWORKS } from "./networks.ts";
import { OUTAGES } from "./outages.ts";
import { OWN_CODE } from "./own-code.ts";
import { REGISTRATION } from "./registration.ts";
import { RULES } from "./rules.ts";
import { QUALITY_OF_SERVICE } from "./quality-of-service.ts";
import { REMOTE } from "./remote.ts";
import { SERVERS } from "./servers.ts";
import { TROUBLE, TROUBLE_ESP8266 } from "./trouble.ts";
import { WIFI } from "./wifi.ts";

export const EXCHANGES: Readonly<Record<string, readonly Exchange[]>> = {
  "log-in": LOG_IN,
  "commands and requests": COMMANDS_AND_REQUESTS,
  "what breaks the standard": BROKEN,
  "connections that end": CUTS,
  "quality of service": QUALITY_OF_SERVICE,
  "time and outages": OUTAGES,
  "several servers": SERVERS,
  "Wi-Fi that breaks": WIFI,
  "several networks": NETWORKS,
  "looked after from afar": REMOTE,
  registration: REGISTRATION,
  "own code of a board": OWN_CODE,
  "parts of a board": CONNECTED,
  "rules of a board": RULES,
  "trouble of the board's own": TROUBLE,
  "trouble of an ESP8266": TROUBLE_ESP8266,
};

/** @throws {Error} if there is none with that name */
export function exchangeOf(group: string, name: string): Exchange {
  const found = EXCHANGES[group]?.find((exchange) => exchange.name === name);
  if (!found) throw new Error(`there is no exchange "${name}" in "${group}"`);
  return found;
}
