/** Ways into the board's console that are open to anyone nearby. */

import { networkInterfaces } from "node:os";
import { ok, skipped, warning, wrong, type Finding } from "../finding.ts";
import { Unreached } from "../network.ts";
import { members } from "../text.ts";
import { given, type Check, type Visit } from "../visit.ts";
import { t } from "../../../cli/language.ts";

const FLASH = t`flash this firmware, which closes it at boot, and restart the board`;

export const DOOR_CHECKS: readonly Check[] = [
  { name: t`access point`, needs: ["console"], run: checkAccessPoint },
  { name: t`Bluetooth`, needs: ["console"], run: checkBluetooth },
];

/** Connecting to telnet briefly takes the console away from the cable, so this check comes last. */
export const LAST_CHECKS: readonly Check[] = [
  { name: "telnet", needs: ["console", "network"], run: checkTelnet },
];

async function checkAccessPoint({ console }: Visit): Promise<Finding> {
  const value = await given(console).ask(
    '(w=>(m=>[m,/AP/.test(m)&&w.getAPDetails?w.getAPDetails().authMode:0])(w.getStatus().mode))(require("Wifi"))',
  );
  const [mode, authMode] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof mode !== "string") return skipped(t`the board does not report it`);
  if (!mode.includes("AP")) return ok(t`closed`);
  if (authMode === "open") return wrong(t`open to everyone, without a password (docs/chip.md, F20)`, FLASH);
  return warning(t`open, with a password`, t`unless intended, ${FLASH}`);
}

async function checkBluetooth({ console }: Visit): Promise<Finding> {
  const value = await given(console).ask(
    "typeof NRF=='undefined'?0:typeof ESP32!='undefined'&&ESP32.getState().BLE===false?1:(s=>s?{a:s.advertising}:2)(NRF.getSecurityStatus&&NRF.getSecurityStatus())",
  );
  if (value === 0) return ok(t`not in this image`);
  if (value === 1) return ok(t`switched off`);
  const { a: isAdvertising } = members(value);
  if (isAdvertising === false) return ok(t`closed`);
  if (isAdvertising === true)
    return wrong(t`open: anyone nearby can use the console (docs/chip.md, F15)`, FLASH);
  return skipped(t`this version cannot report whether it is open; check with a Bluetooth scanner on a phone`);
}

async function checkTelnet(visit: Visit): Promise<Finding> {
  const { console, address, board, surroundings, port } = visit;
  const isThere = await given(console).ask(
    '(()=>{try{return!!require("TelnetServer")}catch(e){return false}})()',
  );
  if (isThere !== true) return ok(t`not in this image`);
  if (address === undefined) return skipped(t`the board reports no address in a private network`);
  const isMeant = board?.console.telnet === true;
  const open = isMeant
    ? ok(t`open, as the board file says, behind its password`)
    : wrong(
        t`open: everyone on its network can use the console (docs/chip.md, F13)`,
        t`${FLASH}, or set console.telnet and console.password in the board file`,
      );
  if (port !== undefined && isTelnetOf(port, address)) return open; // the doctor itself is using it
  try {
    await surroundings.network.reach(address, TELNET);
    return open;
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    if (error.code === "ECONNREFUSED")
      return isMeant ? warning(t`closed, but the board file opens it`, t`flash the board`) : ok(t`closed`);
    return skipped(
      isNeighbour(address)
        ? t`${address} does not answer: the access point may isolate its clients`
        : t`this computer is not on the network of ${address}`,
    );
  }
}

const TELNET = 23;

function isTelnetOf(port: string, address: string): boolean {
  return port === `tcp://${address}` || port === `tcp://${address}:${TELNET}`;
}

/** Whether this computer has an address with the same prefix. */
function isNeighbour(address: string): boolean {
  const begin = address.split(".").slice(0, 2).join(".");
  return Object.values(networkInterfaces()).some((each) =>
    each?.some(({ address: own }) => own.startsWith(`${begin}.`)),
  );
}
