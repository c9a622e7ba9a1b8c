/** The servers the board will connect to, tried from this computer. */

import type { Address } from "../../../../src/app/link.ts";
import type { Board, Registration } from "../../../boards/board.ts";
import { sectionOfBoard } from "../../../boards/mqtt.ts";
import { serversOf } from "../../../boards/servers.ts";
import { isLoopback, serverField } from "../../../boards/warnings.ts";
import { ok, skipped, warning, wrong, type Finding } from "../finding.ts";
import { Unreached } from "../network.ts";
import { given, type Check, type Visit } from "../visit.ts";
import { t } from "../../../cli/language.ts";

/** Difference between this computer's clock and the time server's that affects a token, in ms. */
const CLOCK_TOLERANCE = 60_000;

const NEEDS = ["board", "network"] as const;

export const SERVER_CHECKS: readonly Check[] = [
  { name: t`platform's name`, needs: NEEDS, run: (visit) => eachServer(visit, checkName) },
  { name: t`platform's port`, needs: NEEDS, run: (visit) => eachServer(visit, checkPort) },
  {
    name: t`platform's TLS`,
    needs: NEEDS,
    applies: ({ onenet }) => onenet.tls,
    run: (visit) => eachServer(visit, checkTls),
  },
  {
    name: t`registration`,
    needs: NEEDS,
    applies: (board) => registrationOf(board) !== undefined,
    run: checkRegistration,
  },
  { name: t`time server`, needs: NEEDS, run: checkTime },
];

/** Looks at all servers. It is a warning if some do not work: the board goes on to the next. */
async function eachServer(
  visit: Visit,
  check: (visit: Visit, server: Address, field: string) => Promise<Finding>,
): Promise<Finding> {
  const board = given(visit.board);
  const findings = await Promise.all(
    serversOf(board).map((server, index) => check(visit, server, serverField(board, index))),
  );
  const failed = findings.filter(({ state }) => state !== "ok");
  const first = given(failed[0] ?? findings[0]);
  const found = findings.map((finding) => finding.found).join(t`; `);
  if (failed.length === 0 || failed.length === findings.length) return { ...first, found };
  return warning(found, t`the board goes on to the next server; ${given(first.remedy)}`);
}

async function checkName(visit: Visit, { host: server, port }: Address, field: string): Promise<Finding> {
  if (isLoopback(server))
    return wrong(
      t`${server} means the board itself, when used on a board`,
      t`set ${field} to the network address of the server's computer, such as 192.168.1.10`,
    );
  try {
    const address = await visit.surroundings.network.resolve(server, port);
    return ok(address === server ? server : t`${server} is ${address}`);
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    return wrong(
      t`${server} is not found: ${error.code}`,
      t`is this computer online? Compare ${field} with ${sourceOf(visit)}, character by character`,
    );
  }
}

async function checkPort(visit: Visit, { host, port }: Address): Promise<Finding> {
  return reach(visit, host, port, fieldOf(visit, "port"));
}

async function checkTls(visit: Visit, { host: server, port }: Address): Promise<Finding> {
  try {
    return ok(t`${server}:${port} speaks ${await visit.surroundings.network.shakeHands(server, port)}`);
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    return wrong(
      t`no handshake with ${server}:${port}: ${error.message}`,
      t`is this the TLS port? Compare ${fieldOf(visit, "port")} with ${sourceOf(visit)}, or set ${fieldOf(visit, "tls")} to false`,
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

async function reach(visit: Visit, host: string, port: number, field: string): Promise<Finding> {
  const { surroundings } = visit;
  const place = `${host}:${port}`;
  try {
    await surroundings.network.reach(host, port);
    return ok(t`${place} accepts connections`);
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    if (error.code === "ECONNREFUSED")
      return wrong(t`nothing listens on ${place}`, t`compare ${field} with ${sourceOf(visit)}`);
    return wrong(
      t`${place} does not answer: ${error.message}`,
      t`does this network's firewall allow the port? Compare ${field} with ${sourceOf(visit)}`,
    );
  }
}

async function checkTime(visit: Visit): Promise<Finding> {
  const { time } = given(visit.board);
  if (time === undefined) return skipped(t`none in the board file`);
  const { network, now } = visit.surroundings;
  try {
    const difference = now() - (await network.askTime(time.server));
    if (Math.abs(difference) < CLOCK_TOLERANCE) return ok(t`${time.server} answers`);
    const seconds = Math.round(Math.abs(difference) / 1000);
    return warning(
      difference > 0
        ? t`${time.server} answers; this computer's clock is ${seconds} s ahead`
        : t`${time.server} answers; this computer's clock is ${seconds} s behind`,
      t`correct this computer's clock: tokens depend on it`,
    );
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    return warning(
      t`${time.server} did not return the time: ${error.message}`,
      t`data points are sent without a time: set time.server to another server, or allow UDP port 123`,
    );
  }
}

/** A field of the server, as named in the board file. */
function fieldOf({ board }: Visit, key: string): string {
  return `${sectionOfBoard(given(board))}.${key}`;
}

/** Where the user finds the values of those fields. */
function sourceOf({ board }: Visit): string {
  return sectionOfBoard(given(board)) === "mqtt" ? t`the broker's settings` : t`the platform's page`;
}
