/** The board at the other end of the console: its interpreter, memory, program, clock and network. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { networksOf, readable } from "../../../boards/wifi.ts";
import { OLDEST } from "../../index.ts";
import { withoutToken } from "../../port.ts";
import { chipOf, isOlder } from "../../who-is-there.ts";
import { charactersIn } from "../characters.ts";
import { ok, skipped, warning, wrong, type Finding } from "../finding.ts";
import { members, networkMark, asText, whole } from "../text.ts";
import { given, nameOf, type Check, type Visit } from "../visit.ts";
import { list, t } from "../../../cli/language.ts";

const NEEDS = ["console"] as const;

export const BOARD_CHECKS: readonly Check[] = [
  { name: t`interpreter`, needs: NEEDS, run: checkVersion },
  { name: t`chip`, needs: ["console", "board"], run: checkChip },
  { name: t`memory`, needs: NEEDS, run: checkMemory },
  { name: t`flash`, needs: NEEDS, run: checkFlash },
  { name: t`program`, needs: NEEDS, run: checkProgram },
  { name: t`before the program`, needs: NEEDS, run: checkBootFiles },
  { name: t`clock`, needs: NEEDS, run: checkClock },
  { name: "Wi-Fi", needs: NEEDS, run: checkWifi },
  { name: t`saved Wi-Fi`, needs: NEEDS, run: checkKeptWifi },
  { name: t`console password`, needs: NEEDS, run: checkPassword },
];

/** With fewer free variables than this, a program is about to run out of memory. */
const FEW_VARIABLES = 150;
/** Assumed size of a script in flash if none has been built, in bytes. */
const SCRIPT = 12_000;
/** Flash the firmware itself writes to, in bytes: the outbox and the credentials from a registration. */
const FOR_FIRMWARE = 8192;
/** Any earlier time means the clock was never set: 2020, in ms since 1970. */
const PLAUSIBLE = Date.UTC(2020, 0);
/** Difference between the clocks worth reporting, in ms. */
const CLOCK_TOLERANCE = 5000;
/** Signal strengths, in dBm: below the first the connection may be unstable, below the second it is. */
const [WEAK, TOO_WEAK] = [-75, -85];

function checkVersion(visit: Visit): Finding {
  const { version, build } = given(visit.environment);
  const what = t`Espruino ${version}, build ${build}`;
  if (isOlder(version, OLDEST))
    return wrong(t`${what}, which is too old`, t`install ${OLDEST} or newer (docs/flashing.md)`);
  return ok(what);
}

function checkChip(visit: Visit): Finding {
  const { build } = given(visit.environment);
  const { chip } = given(visit.board);
  const found = chipOf(build);
  if (found === undefined) return warning(t`${build} is not a known chip`, t`is it an ${chip}?`);
  if (found === chip) return ok(t`${chip}, as the board file says`);
  return wrong(
    t`it is an ${found}, but the board file is for an ${chip}`,
    t`write "chip": "${found}", build, and flash`,
  );
}

async function checkMemory({ console }: Visit): Promise<Finding> {
  const { free, total, blocksize } = members(await given(console).ask("process.memory()"));
  const [left, all] = [whole(free), whole(total)];
  if (left === undefined || all === undefined) return skipped(t`the board does not report it`);
  const characters = charactersIn(whole(blocksize));
  const what = characters
    ? t`${left} of ${all} variables are free, each of ${characters.first} to ${characters.further} characters`
    : t`${left} of ${all} variables are free`;
  if (left < FEW_VARIABLES)
    return wrong(what, t`remove streams or code from the board file, or use a chip with more memory`);
  return ok(what);
}

async function checkFlash(visit: Visit): Promise<Finding> {
  const { console, surroundings } = visit;
  const value = await given(console).ask(
    '(s=>s.getStats?s.getStats():{freeBytes:s.getFree()})(require("Storage"))',
  );
  const { totalBytes, freeBytes, trashBytes } = members(value);
  const free = whole(freeBytes);
  if (free === undefined) return skipped(t`the board does not report it`);
  const total = whole(totalBytes) ?? given(visit.environment).storage;
  const trash = whole(trashBytes) ?? 0;
  const built = await scriptOf(surroundings.dist, nameOf(visit));
  const needed = (built?.length ?? SCRIPT) + FOR_FIRMWARE;
  const what =
    total === undefined
      ? t`${free} bytes are free, ${trash} more after compaction`
      : t`${free} of ${total} bytes are free, ${trash} more after compaction`;
  if (free >= needed) return ok(what);
  if (free + trash >= needed)
    return warning(t`${what}; the next script needs ${needed}`, t`npm run flash will compact it first`);
  return wrong(
    t`${what}: nearly full, because the next script needs ${needed}`,
    t`remove files of earlier programs: in npm run console, require("Storage").list() lists them, require("Storage").erase(name) removes one`,
  );
}

async function checkProgram(visit: Visit): Promise<Finding> {
  const name = nameOf(visit);
  const built = await scriptOf(visit.surroundings.dist, name);
  const size = built?.length ?? 0;
  const value = await given(visit.console).ask(
    `(s=>s?[s.length,E.CRC32(s.substr(s.length-${size})),s.indexOf("OneNET: ")>=0]:0)(require("Storage").read(".bootcde"))`,
  );
  const [length, sum, isOurs] = Array.isArray(value) ? (value as unknown[]) : [];
  const flash = `npm run flash -- ${name} --port ${withoutToken(visit.port ?? "<port>")}`;
  if (whole(length) === undefined) return warning(t`none in flash`, flash);
  visit.hasProgram = isOurs === true;
  const what = t`${String(length)} bytes in flash`;
  if (isOurs !== true) return warning(t`${what}, not of this project`, flash);
  if (built === undefined) return ok(t`${what}; no dist/${name}.js to compare with`);
  if (sum === crc32(built)) return ok(t`${what}: dist/${name}.js`);
  return warning(t`${what}, which differ from dist/${name}.js`, flash);
}

/** The built script of a board; undefined if there is none. */
async function scriptOf(dist: string, name: string): Promise<Buffer | undefined> {
  return readFile(join(dist, `${name}.js`)).catch(() => undefined);
}

const BEFORE = [".bootPowerOn", ".boot0", ".boot1", ".boot2", ".boot3", ".bootrst"];

async function checkBootFiles({ console }: Visit): Promise<Finding> {
  const value = await given(console).ask(
    `${JSON.stringify(BEFORE)}.filter(n=>require("Storage").read(n,0,1)!==undefined)`,
  );
  const found = BEFORE.filter((file) => Array.isArray(value) && value.includes(file));
  if (found.length === 0) return ok(t`nothing runs`);
  return warning(
    found.includes(".bootrst")
      ? t`${list(found)} runs in its place (docs/chip.md, F24)`
      : t`${list(found)} runs first (docs/chip.md, F24)`,
    t`unless intended, remove it with require("Storage").erase(name) in npm run console`,
  );
}

async function checkClock({ console, board, surroundings }: Visit): Promise<Finding> {
  const before = surroundings.now();
  const value = await given(console).ask("Date.now()");
  const here = (before + surroundings.now()) / 2;
  if (typeof value !== "number" || !Number.isFinite(value)) return skipped(t`the board does not report it`);
  const wantsTime = board?.time !== undefined;
  if (value < PLAUSIBLE) {
    if (!wantsTime) return ok(t`not set; this board does not need the time`);
    return warning(
      t`not set`,
      t`the board gets the time within half a minute of booting, if the time server answers`,
    );
  }
  const difference = value - here;
  if (Math.abs(difference) < CLOCK_TOLERANCE) return ok(t`matches this computer's`);
  const seconds = Math.round(Math.abs(difference) / 1000);
  const text =
    difference > 0 ? t`${seconds} s ahead of this computer's` : t`${seconds} s behind this computer's`;
  return wantsTime
    ? warning(text, t`is this computer's clock right? The board takes its time from the time server`)
    : ok(text);
}

async function checkWifi(visit: Visit): Promise<Finding> {
  const { board } = visit;
  // Only some of its details: the others include the password.
  const value = await given(visit.console).ask(
    '(w=>(s=>[s.station,s.ssid,s.rssi,w.getIP().ip])(Object.assign({},(d=>({ssid:d.ssid,rssi:d.rssi}))(w.getDetails()),w.getStatus())))(require("Wifi"))',
  );
  const [station, ssid, rssi, ip] = Array.isArray(value) ? (value as unknown[]) : [];
  if (station !== "connected")
    return wrong(
      t`not connected: ${asText(station, 30)}`,
      visit.hasProgram === false
        ? t`flash the board first`
        : t`docs/troubleshooting.md explains each reason, under Wi-Fi`,
    );
  if (isPrivateAddress(ip)) visit.address = ip;
  const strength = whole(rssi);
  const name = typeof ssid === "string" ? networkMark(ssid) : t`a network`;
  const what = list([name, ...(strength === undefined ? [] : [`${strength} dBm`]), asText(ip, 15)]);
  const known = board && networksOf(board).map((network) => readable(network.ssid));
  if (known && typeof ssid === "string" && !known.includes(ssid))
    return warning(
      t`${what}: not the one in the board file`,
      t`flash the board again, with its current file`,
    );
  if (strength !== undefined && strength < TOO_WEAK)
    return wrong(t`${what}: too weak`, t`move the board closer to the access point`);
  if (strength !== undefined && strength < WEAK)
    return warning(t`${what}: weak`, t`move the board closer to the access point`);
  return ok(what);
}

/** A board must not be able to point the doctor at someone else's computer. */
function isPrivateAddress(ip: unknown): ip is string {
  return (
    typeof ip === "string" &&
    /^(10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168)(\.\d{1,3}){1,3}$/.test(ip) &&
    ip.split(".").length === 4
  );
}

async function checkKeptWifi({ console }: Visit): Promise<Finding> {
  const kept = await given(console).ask('require("Storage").read(".wificfg",0,1)!==undefined');
  if (kept !== true) return ok(t`none: the board file alone determines the network`);
  return warning(
    t`a saved Wi-Fi configuration returns at each boot (docs/chip.md, F26)`,
    t`require("Wifi").save("clear") in npm run console removes it; this firmware does so too`,
  );
}

async function checkPassword({ board, console }: Visit): Promise<Finding> {
  const value = await given(console).ask('typeof E.internal=="object"?"pwd" in E.internal:0');
  const wanted = Boolean(board?.console.password);
  if (value === true) return ok(t`the console asks for one`);
  if (wanted && value === false)
    return warning(
      t`the board file has one, but the board does not ask for it`,
      t`flash the board, and restart it`,
    );
  if (value === false) return ok(t`none: anyone with access to the cable controls the board`);
  return skipped(wanted ? t`the board does not report it` : t`none in the board file`);
}
