/** What the board will want to reach, tried from this computer. */

import type { Board, Registration } from "../../../src/board.ts";
import { isLoopback } from "../../lib/board-warnings.ts";
import { ok, skipped, warning, wrong, type Finding } from "../finding.ts";
import { Unreached } from "../network.ts";
import { given, type Check, type Visit } from "../visit.ts";

/** Difference of this computer's clock from the time server's that matters to a token, in ms. */
const CLOCK_TOLERANCE = 60_000;

const NEEDS = ["board", "network"] as const;

export const SERVER_CHECKS: readonly Check[] = [
  { name: "platform's name", needs: NEEDS, run: checkName },
  { name: "platform's port", needs: NEEDS, run: checkPort },
  { name: "platform's TLS", needs: NEEDS, applies: ({ onenet }) => onenet.tls, run: checkTls },
  {
    name: "registration",
    needs: NEEDS,
    applies: (board) => registrationOf(board) !== undefined,
    run: checkRegistration,
  },
  { name: "time server", needs: NEEDS, run: checkTime },
];

async function checkName(visit: Visit): Promise<Finding> {
  const { server, port } = onenetOf(visit);
  if (isLoopback(server))
    return wrong(
      `${server} is on a board the board itself`,
      "write the address of the server's computer in your network as onenet.server, such as 192.168.1.10",
    );
  try {
    const address = await visit.surroundings.network.resolve(server, port);
    return ok(address === server ? server : `${server} is ${address}`);
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    return wrong(
      `${server} is not found: ${error.code}`,
      "is this computer online? Compare onenet.server with the platform's page, letter by letter",
    );
  }
}

async function checkPort(visit: Visit): Promise<Finding> {
  const { server, port } = onenetOf(visit);
  return reach(visit, server, port, "onenet.port");
}

async function checkTls(visit: Visit): Promise<Finding> {
  const { server, port } = onenetOf(visit);
  try {
    return ok(await visit.surroundings.network.shakeHands(server, port));
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    return wrong(
      `no handshake with ${server}:${port}: ${error.message}`,
      "is it the port for TLS? Compare onenet.port with the platform's page, or set onenet.tls to false",
    );
  }
}

function checkRegistration(visit: Visit): Promise<Finding> {
  const { server, port } = given(registrationOf(given(visit.board)));
  return reach(visit, server, port, "onenet.registration.port");
}

function registrationOf({ onenet }: Board): Registration | undefined {
  return onenet.generation === "multiprotocol" ? onenet.registration : undefined;
}

async function reach({ surroundings }: Visit, host: string, port: number, field: string): Promise<Finding> {
  const place = `${host}:${port}`;
  try {
    await surroundings.network.reach(host, port);
    return ok(`${place} takes connections`);
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    if (error.code === "ECONNREFUSED")
      return wrong(`nothing listens on ${place}`, `compare ${field} with the platform's page`);
    return wrong(
      `${place} does not answer: ${error.message}`,
      `does this network's firewall let the port through? Compare ${field} with the platform's page`,
    );
  }
}

async function checkTime(visit: Visit): Promise<Finding> {
  const { time } = given(visit.board);
  if (time === undefined) return skipped("the board file names none");
  const { network, now } = visit.surroundings;
  try {
    const difference = now() - (await network.askTime(time.server));
    if (Math.abs(difference) < CLOCK_TOLERANCE) return ok(`${time.server} answers`);
    const seconds = Math.round(Math.abs(difference) / 1000);
    return warning(
      `${time.server} answers; this computer's clock is ${seconds} s ${difference > 0 ? "ahead" : "behind"}`,
      "set this computer's clock: tokens are made by it",
    );
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    return warning(
      `${time.server} does not tell the time: ${error.message}`,
      "data points go out without their time: name another server in time.server, or let UDP port 123 through",
    );
  }
}

function onenetOf({ board }: Visit): Board["onenet"] {
  return given(board).onenet;
}
