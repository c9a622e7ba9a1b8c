/** Ways into the board's console that are open to anyone nearby. */

import { networkInterfaces } from "node:os";
import { ok, skipped, warning, wrong, type Finding } from "../finding.ts";
import { Unreached } from "../network.ts";
import { members } from "../text.ts";
import { given, type Check, type Visit } from "../visit.ts";

const FLASH = "flash this firmware, which closes it at boot, and restart the board";

export const DOOR_CHECKS: readonly Check[] = [
  { name: "access point", needs: ["console"], run: checkAccessPoint },
  { name: "Bluetooth", needs: ["console"], run: checkBluetooth },
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
  if (typeof mode !== "string") return skipped("the board does not report it");
  if (!mode.includes("AP")) return ok("closed");
  if (authMode === "open") return wrong("open to everyone, without a password (docs/chip.md, F20)", FLASH);
  return warning("open, with a password", "unless intended, " + FLASH);
}

async function checkBluetooth({ console }: Visit): Promise<Finding> {
  const value = await given(console).ask(
    "typeof NRF=='undefined'?0:typeof ESP32!='undefined'&&ESP32.getState().BLE===false?1:(s=>s?{a:s.advertising}:2)(NRF.getSecurityStatus&&NRF.getSecurityStatus())",
  );
  if (value === 0) return ok("not in this image");
  if (value === 1) return ok("switched off");
  const { a: isAdvertising } = members(value);
  if (isAdvertising === false) return ok("closed");
  if (isAdvertising === true)
    return wrong("open: anyone nearby can use the console (docs/chip.md, F15)", FLASH);
  return skipped("this version cannot report whether it is open; check with a Bluetooth scanner on a phone");
}

async function checkTelnet(visit: Visit): Promise<Finding> {
  const { console, address, board, surroundings, port } = visit;
  const isThere = await given(console).ask(
    '(()=>{try{return!!require("TelnetServer")}catch(e){return false}})()',
  );
  if (isThere !== true) return ok("not in this image");
  if (address === undefined) return skipped("the board reports no address in a private network");
  const isMeant = board?.console.telnet === true;
  const open = isMeant
    ? ok("open, as the board file says, behind its password")
    : wrong(
        `open: everyone on its network can use the console (docs/chip.md, F13)`,
        `${FLASH}, or set console.telnet and console.password in the board file`,
      );
  if (port !== undefined && isTelnetOf(port, address)) return open; // the doctor itself is using it
  try {
    await surroundings.network.reach(address, TELNET);
    return open;
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    if (error.code === "ECONNREFUSED")
      return isMeant ? warning("closed, but the board file opens it", "flash the board") : ok("closed");
    return skipped(
      isNeighbour(address)
        ? `${address} does not answer: the access point may isolate its clients`
        : `this computer is not on the network of ${address}`,
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
