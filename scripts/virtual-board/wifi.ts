/**
 * Access points, and `require("Wifi")` as in Espruino 2v29 on ESP32 (jswrap_esp32_network.c) and ESP8266.
 *
 * An ESP32 that is refused or dropped reports it once and stays down until the program connects again; the callback
 * of `connect` is never called. The ESP8266's SDK keeps trying by itself. Names and passwords are bytes; the first 31
 * of a name count, and 63 of a password. Once the script has run, the network saved by `Wifi.save` is joined in place
 * of the current one.
 */
import type { ChipFacts } from "./chips.ts";
import type { Emitter } from "./emitter.ts";
import type { Loop } from "./loop.ts";
import { fromBytes } from "./bytes.ts";
import { EspruinoError, type Realm } from "./realm.ts";
import {
  checkAddress,
  checkCallback,
  checkZone,
  cut,
  REASONS,
  SERVER_LENGTH,
  type Reason,
} from "./wifi-words.ts";
import { typeName } from "./target.ts";
import type { Kept } from "./wifi-config.ts";

/** Text, which is UTF-8, or bytes in another encoding. */
export type RadioText = string | { readonly hex: string };

export interface AccessPoint {
  /** At most 32 bytes. */
  readonly ssid: RadioText;
  /** Absent for an open network. */
  readonly password?: RadioText;
  /** Signal strength in dBm; default: −50. */
  readonly rssi?: number;
  /** Whether it gives an address; default: true. */
  readonly dhcp?: boolean;
}

/** The access points within a board's reach. */
export interface Air {
  add(point: AccessPoint): void;
  /** Switches an access point off; a connected board loses it. */
  remove(ssid: RadioText): void;
  /** Breaks the current connection; the access point stays. */
  drop(): void;
  /** Takes the address away but keeps the association: sockets end, and the program learns nothing else. */
  loseAddress(): void;
  /** Gives the lost address back. */
  giveAddress(): void;
}

/** The bytes of a name or password, as they travel by radio. */
export function onAir(text: RadioText): string {
  return fromBytes(typeof text === "string" ? Buffer.from(text, "utf8") : Buffer.from(text.hex, "hex"));
}

/** A board's own access point, in bytes. */
export interface OwnAccessPoint {
  readonly ssid: string;
  /** Empty for an open one. */
  readonly password: string;
}

export type WifiState = "off" | "connecting" | "connected";

export interface Wifi {
  readonly module: Record<string, unknown>;
  readonly state: () => WifiState;
  /** Whether there is an address in a network that the board joined. */
  readonly isOnline: () => boolean;
  /** The board's own access point, while it is open. */
  readonly own: () => OwnAccessPoint | undefined;
  /** Breaks the connection, if there is one. @param ssid only if it is to this network, in bytes */
  lost(ssid?: string): void;
  /** Takes the address away, or gives it back, while associated. */
  setAddress(isThere: boolean): void;
  /** Joins the saved network in place of the current one. */
  restore(kept: Kept): void;
}

export interface WifiParts {
  readonly realm: Realm;
  readonly loop: Loop;
  readonly emitter: Emitter;
  readonly chip: ChipFacts;
  /** Six hex bytes separated by colons. */
  readonly mac: string;
  /** By name, as bytes. */
  readonly points: ReadonlyMap<string, AccessPoint>;
  /** `Wifi.save`: saves a configuration; undefined erases it. */
  readonly keep: (config: Kept | undefined) => void;
  /** `Wifi.setSNTP` */
  readonly setSntp: (server: string) => void;
  readonly listener: {
    wifi(state: WifiState): void;
    linkLost(): void;
    /** The board's own access point was opened or closed. */
    own(): void;
  };
}

/** In ms; each takes seconds on a real board. */
const ASSOCIATION_TIME = 20;
const DHCP_TIME = 20;
const FAILURE_TIME = 60;
const SCAN_TIME = 1500;
/** The station bit of a saved mode. */
const STATION = 1;
/** How long the ESP8266's SDK waits before a retry, in ms. */
const RETRY_TIME = 2000;

interface Address {
  readonly ip: string;
  readonly netmask: string;
  readonly gw: string;
}

/** What the router gives. */
const ADDRESS: Address = { ip: "192.168.1.20", netmask: "255.255.255.0", gw: "192.168.1.1" };
const BSSID = "02:00:5e:10:00:01";
const NO_BSSID = "00:00:00:00:00:00";

export function createWifi(parts: WifiParts): Wifi {
  const { realm, loop, emitter, chip, points, listener } = parts;
  let state: WifiState = "off";
  let wanted = { ssid: "", password: "" };
  let callback: unknown;
  let hostname = "espruino";
  let lastReason: Reason | undefined;
  /** The program's own, in place of the router's. */
  let fixed: Address | undefined;
  let hasAddress = false;
  let own: OwnAccessPoint | undefined;
  let scanned: unknown;
  let cancel = (): void => undefined;

  function setState(next: WifiState): void {
    if (state === next) return;
    const was = state;
    state = next;
    hasAddress = next === "connected";
    if (was === "connected") listener.linkLost();
    listener.wifi(next);
  }

  function connect(ssid: unknown, options: unknown, done: unknown): void {
    if (typeof ssid !== "string") throw new EspruinoError("No SSID provided");
    if (options !== undefined && (typeof options !== "object" || options === null)) {
      throw new EspruinoError(`Expecting Object, got ${typeName(options)}`);
    }
    const password: unknown = options === undefined ? undefined : Reflect.get(options, "password");
    if (password !== undefined && typeof password !== "string") {
      throw new EspruinoError(`Expecting options.password to be a string but got ${typeName(password)}`);
    }
    callback = checkCallback(done);
    const next = cut({ ssid, password: password ?? "" });
    const isSame = next.ssid === wanted.ssid && next.password === wanted.password;
    if (!chip.accessPointBesideStation) setOwn(undefined);
    if (chip.asynchronous && state === "connected" && isSame) {
      call(done, null);
      return;
    }
    if (state === "connected") lost(REASONS.left);
    wanted = next;
    associate();
  }

  function associate(): void {
    cancel();
    setState("connecting");
    const point = points.get(wanted.ssid);
    if (point === undefined) fail(REASONS.notFound);
    else if (point.password !== undefined && onAir(point.password) !== wanted.password)
      fail(REASONS.wrongPassword);
    else cancel = loop.after(ASSOCIATION_TIME, associated);
  }

  function fail(reason: Reason): void {
    cancel = loop.after(FAILURE_TIME, () => lost(reason));
  }

  function associated(): void {
    if (!points.has(wanted.ssid)) {
      lost(REASONS.beaconLost);
      return;
    }
    const channel = chip.asynchronous ? 6 : "6";
    emitter.emit(module, "associated", realm.object({ ssid: wanted.ssid, mac: BSSID, channel }));
    if (!fixed && points.get(wanted.ssid)?.dhcp === false) return;
    cancel = loop.after(fixed ? 0 : DHCP_TIME, () => {
      if (!points.has(wanted.ssid)) {
        lost(REASONS.beaconLost);
        return;
      }
      setState("connected");
      announceAddress();
    });
  }

  function announceAddress(): void {
    call(callback, null);
    callback = undefined;
    const { ip, netmask, gw } = fixed ?? ADDRESS;
    const details = chip.asynchronous ? { ip, mask: netmask, gw } : { ip, netmask, gw };
    emitter.emit(module, "connected", realm.object(details));
  }

  function lost(reason: Reason): void {
    cancel();
    lastReason = reason;
    setState("off");
    const mac = reason === REASONS.notFound ? NO_BSSID : BSSID;
    const { ssid } = wanted;
    if (!chip.asynchronous) {
      const details = { ssid, mac, reason: String(reason.code), msg: reason.name };
      emitter.emit(module, "disconnected", realm.object(details));
      return;
    }
    if (reason === REASONS.notFound || reason === REASONS.wrongPassword) {
      call(callback, reason.status);
      callback = undefined;
    }
    emitter.emit(module, "disconnected", realm.object({ ssid, mac, reason: reason.text }));
    if (reason !== REASONS.left) cancel = loop.after(RETRY_TIME, associate);
  }

  function call(done: unknown, ...args: unknown[]): void {
    if (typeof done !== "function") return;
    loop.queue(() => void realm.call(done, undefined, ...args));
  }

  /** Answers both ways: as the result, and to a callback. */
  function answer(
    properties: Readonly<Record<string, unknown>>,
    done: unknown,
    ...before: unknown[]
  ): unknown {
    const result = realm.object(properties);
    call(checkCallback(done), ...before, result);
    return result;
  }

  function rssi(): number {
    return points.get(wanted.ssid)?.rssi ?? -50;
  }

  function setOwn(next: OwnAccessPoint | undefined): void {
    const hadAny = own !== undefined;
    own = next;
    if (hadAny || next) listener.own();
  }

  function startAp(ssid: unknown, options: unknown, done: unknown): void {
    checkCallback(done);
    if (typeof ssid !== "string") throw new EspruinoError("No SSID");
    const { password } = (options ?? {}) as { readonly password?: unknown };
    if (password !== undefined && (typeof password !== "string" || password.length < 8))
      throw new EspruinoError("Password must be string of at least 8 characters");
    // A C3 is never both.
    if (!chip.accessPointBesideStation && state !== "off") lost(REASONS.left);
    setOwn(cut({ ssid, password: password ?? "" }));
    call(done, null);
  }

  /** While the station is joining, ESP-IDF refuses, and the callback is never called. */
  function scan(done: unknown): void {
    if (scanned !== undefined) throw new EspruinoError("A scan is already in progress");
    if (typeof done !== "function")
      throw new EspruinoError(`Expecting callback function but got ${typeName(done)}`);
    scanned = done;
    if (state === "connecting") return;
    loop.after(SCAN_TIME, () => {
      const found = [...points].sort(([, a], [, b]) => (b.rssi ?? -50) - (a.rssi ?? -50));
      const list = found.map(([ssid, { password, rssi = -50 }]) =>
        realm.object({
          rssi,
          authMode: password === undefined ? "open" : "wpa2",
          ssid,
          mac: BSSID,
          channel: chip.asynchronous ? 6 : "6",
        }),
      );
      call(scanned, realm.array(list));
      scanned = undefined;
    });
  }

  function status(): string {
    if (state === "connected") return "connected";
    if (!chip.asynchronous) return lastReason?.name ?? "Unknown reason";
    return state === "connecting" ? "connecting" : (lastReason?.status ?? "off");
  }

  const module = realm.object({
    connect,
    disconnect(done: unknown) {
      checkCallback(done);
      if (state !== "off") lost(REASONS.left);
      else cancel(); // the ESP8266 may be waiting to retry
      call(done);
    },
    startAP: startAp,
    stopAP(done: unknown) {
      checkCallback(done);
      setOwn(undefined);
      call(done);
    },
    scan,
    getStatus(done: unknown) {
      const isOn = state === "connected";
      const common = { station: isOn ? "connected" : status(), mode: isOn ? "STA" : "NULL" };
      if (chip.asynchronous) {
        return answer({ ...common, ap: "disabled", phy: "11n", powersave: "none", savedMode: "off" }, done);
      }
      const link = isOn ? { ssid: wanted.ssid, bssid: BSSID, channel: 6, rssi: rssi(), htMode: "HT20" } : {};
      return realm.object({ ...link, ...common, powersave: "min_modem" });
    },
    getDetails(done: unknown) {
      const { ssid, password } = wanted;
      if (chip.asynchronous) {
        const link = state === "connected" ? { rssi: rssi() } : {};
        return answer({ status: status(), ssid, password, ...link, savedSsid: null }, done);
      }
      const authMode = points.get(ssid)?.password === undefined ? "open" : "wpa2";
      const details = { ssid, password, status: "connected", authMode };
      return answer(state === "connected" ? details : { status: status() }, done);
    },
    getIP(done: unknown) {
      const down = { ip: "0.0.0.0", netmask: "0.0.0.0", gw: "0.0.0.0" };
      return answer({ ...(hasAddress ? (fixed ?? ADDRESS) : down), mac: parts.mac }, done, null);
    },
    getAPDetails: (done: unknown) =>
      answer({ authMode: "open", hidden: false, maxConn: 4, ssid: "", password: "" }, done),
    setHostname(name: unknown, done: unknown) {
      hostname = String(name);
      if (chip.asynchronous) fixed = undefined; // it turns DHCP on
      call(done);
    },
    setIP(settings: unknown, done: unknown) {
      const address = checkAddress(settings);
      // On the others it stops a DHCP server instead of the client, and the client keeps the address out.
      if (chip.asynchronous) fixed = address;
      // What it says of success is the wrong way round there, so the callback gets null, too.
      if (typeof done !== "function") throw new EspruinoError("Callback is not a function");
      call(done, null);
    },
    getHostname: () => hostname,
    setSNTP(server: unknown, zone: unknown) {
      checkZone(zone, chip);
      if (typeof server !== "string") throw new EspruinoError("Server is not a string");
      parts.setSntp(server.slice(0, SERVER_LENGTH));
    },
    save(what: unknown) {
      if (what === "clear") parts.keep(undefined);
      else parts.keep({ ...wanted, mode: wanted.ssid === "" ? 0 : STATION, hostname });
    },
  });

  return {
    module,
    state: () => state,
    isOnline: () => hasAddress,
    own: () => own,
    setAddress(isThere) {
      if (state !== "connected" || hasAddress === isThere) return;
      hasAddress = isThere;
      if (isThere) announceAddress();
      else listener.linkLost();
    },
    restore(kept) {
      if ((kept.mode & STATION) === 0) return;
      if (kept.hostname !== undefined) hostname = kept.hostname;
      if (state === "connected") lost(REASONS.left);
      wanted = cut(kept);
      associate(); // calls back a pending `connect`, whichever network it is
    },
    lost(ssid) {
      if (state === "connected" && (ssid === undefined || ssid === wanted.ssid)) lost(REASONS.beaconLost);
    },
  };
}
