/**
 * The board's access point for a phone: it answers every name with its own address, so that the phone shows its page; takes
 * a network, a password and the platform's fields from it; tries them, and tells how it went.
 *
 *     phase       input                          output                                 next phase
 *     Choose      settings                       tries the network                      Trying
 *     Trying      address                        keeps the settings                     Joined, Restarting
 *     Trying      the try failed                 the network before                     Failed
 *     Failed      settings                       tries the network                      Trying
 *     Restarting  told, or not asked for         restarts the board                     Trial, after the restart
 *     Trial       platform                                                              Online
 *     Trial       no platform in time            the fields before, restarts            Refused, after the restart
 *     Refused     settings                       tries the network                      Trying
 *     any         ten minutes; told of success   closes
 *
 * Whatever comes over the access point is hostile. Nothing that was set can be read back.
 */

import type { AccessPoint, AccessPointEvents, Answer } from "../device/access-point";
import type { Settings } from "../device/settings";

/** As the page gets it. */
export const enum PortalPhase {
  Choose,
  Trying,
  Failed,
  Joined,
  Restarting,
  Trial,
  Refused,
  Online,
  NoRoom,
}

/** A network that was found; some have no name. */
interface Found {
  readonly ssid: string;
  /** `open` for a network without a password. */
  readonly authMode: string;
}

export interface PortalParts {
  /** Opens the access point. @throws Error if no socket is free */
  open(events: AccessPointEvents): AccessPoint;
  /** The page in pieces, by their number; empty after the last. */
  page(piece: number): string;
  /** How many fields of the platform it has. */
  readonly fields: number;
  /** Looks for networks. @param found may never be called @throws Error while a look is under way */
  scan(found: (points: readonly Found[]) => void): void;
  /** Whether the board has an address. */
  isUp(): boolean;
  /** Whether it is joining a network. */
  isJoining(): boolean;
  /** Whether the platform is reached. */
  isOnline(): boolean;
  /** Joins with these settings, or with those that are kept. */
  attempt(next: Settings | undefined): void;
  /** Keeps what is tried. @returns whether a restart is due; undefined without room */
  keep(): boolean | undefined;
  /** The settings before those on trial; 0 if a trial has failed; undefined without any. */
  former(): Settings | 0 | undefined;
  /** Ends the trial, or the news of its failure. */
  forgetFormer(): void;
  /** Puts the platform's fields back. */
  undo(former: Settings): void;
  restart(why: string): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Portal {
  /** Time passed: to be called once a second. @returns false once it is closed */
  tick(): boolean;
  /** Whether the station has to wait. */
  isHeld(): boolean;
  /** The station's try failed. */
  failed(why: string): void;
}

/** How long the access point is open, in s. */
export const OPEN_TIME = 600;
/** How long new fields of the platform have to prove themselves, in s. */
export const TRIAL_TIME = 180;
/** How long it stays open after a success, in s: the page asks every two seconds. */
export const TOLD_TIME = 20;
/** How long a phone that asked for something counts as present, in s. */
const PRESENT_TIME = 60;
/** How long a look for networks may take, in s. */
const SCAN_TIME = 10;
/** Most networks that the page gets. */
const MOST_NETWORKS = 16;
/** Where the access point is: the interpreter's default. */
const ADDRESS = "192.168.4.1";

/**
 * @param phase the first one
 * @param former the settings before those on trial
 * @param isSpare whether it closes as soon as a network answers and no phone is there
 */
export function openPortal(
  parts: PortalParts,
  phase: PortalPhase,
  former: Settings,
  isSpare: boolean,
): Portal {
  let detail = "";
  let networks = "";
  let time = 0;
  let closesAt = phase === PortalPhase.Trial ? TRIAL_TIME : OPEN_TIME;
  /** When a phone last asked for something. */
  let askedAt = -PRESENT_TIME;
  /** When the last look for networks began; before that, when it is due. */
  let scannedAt = 2 - SCAN_TIME;
  let isScanDue = true;

  function isPresent(): boolean {
    return time - askedAt < PRESENT_TIME;
  }

  function isChoosing(): boolean {
    return phase === PortalPhase.Choose || phase === PortalPhase.Failed || phase === PortalPhase.Refused;
  }

  function hex(bytes: string): string {
    let digits = "";
    for (let i = 0; i < bytes.length; i++) {
      const code = bytes.charCodeAt(i);
      digits += (code < 16 ? "0" : "") + code.toString(16);
    }
    return digits;
  }

  /** The bytes; undefined if these are not digits of `least` to `most` bytes, or a byte is less than `first`. */
  function bytesOf(digits: string, least: number, most: number, first: number): string | undefined {
    const length = digits.length / 2;
    if (length < least || length > most || digits.length % 2 || !/^[0-9a-f]*$/.test(digits)) return undefined;
    let bytes = "";
    for (let i = 0; i < digits.length; i += 2) {
      const code = parseInt(digits.substring(i, i + 2), 16);
      if (code < first) return undefined;
      bytes += String.fromCharCode(code);
    }
    return bytes;
  }

  /** @returns undefined if something in the form is not allowed */
  function read(form: string): Settings | undefined {
    const settings: string[] = [];
    let at = 0;
    // Not split: a form of commas would fill the memory.
    for (let i = 0; i < 2 + parts.fields; i++) {
      const end = i <= parts.fields ? form.indexOf(",", at) : form.length;
      if (end < 0) return undefined;
      const digits = form.substring(at, end);
      const bytes =
        i === 0
          ? bytesOf(digits, 1, 31, 1)
          : i === 1
            ? bytesOf(digits, digits ? 8 : 0, 63, 32)
            : bytesOf(digits, 0, 255, 33);
      if (bytes === undefined) return undefined;
      settings.push(bytes);
      at = end + 1;
    }
    return settings;
  }

  function once(status: string, body: string): Answer {
    return (piece) =>
      piece
        ? ""
        : "HTTP/1.1 " +
          status +
          "\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: " +
          body.length +
          "\r\n\r\n" +
          body;
  }

  function showPage(piece: number): string {
    return piece
      ? parts.page(piece - 1)
      : "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
  }

  function take(form: string): Answer {
    if (!isChoosing()) return once("409 Conflict", "");
    const settings = read(form);
    if (!settings) return once("400 Bad Request", "");
    phase = PortalPhase.Trying;
    isSpare = false;
    parts.say("Setup: trying " + (settings[0] as string));
    parts.attempt(settings);
    return once("200 OK", "");
  }

  const access = parts.open({
    name(question) {
      let at = 12;
      while (at < question.length && question.charCodeAt(at)) at += 1 + question.charCodeAt(at);
      const end = at + 5; // the name's end, type and class
      if (end > question.length || question.charCodeAt(2) & 128) return "";
      const isAddress = question.substring(at + 1, end) === "\0\x01\0\x01";
      return (
        question.substring(0, 2) +
        "\x81\x80\0\x01\0" +
        (isAddress ? "\x01" : "\0") +
        "\0\0\0\0" +
        question.substring(12, end) +
        (isAddress ? "\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04\xc0\xa8\x04\x01" : "")
      );
    },
    request(request, isTooLong) {
      // The interpreter also finds what only begins at the end of a text, so one more character follows.
      const end = (request + " ").indexOf("\r\n\r\n");
      if (isTooLong) return once("413 Content Too Large", "");
      if (end < 0) return undefined;
      askedAt = time;
      const head = request.substring(0, end + 2).toLowerCase() + " ";
      if (head.startsWith("get / ")) {
        if (time - scannedAt > 3 * SCAN_TIME) isScanDue = true;
        return showPage;
      }
      if (head.startsWith("get /state ")) return once("200 OK", phase + "\n" + detail + networks);
      if (head.startsWith("post / ")) {
        const length = /\ncontent-length: *(\d+)\r/.exec(head);
        // Only from the page itself: an address cannot be another site's name.
        const host = /\nhost: *([0-9.:]+)\r/.exec(head);
        if (!host || !head.includes("\norigin: http://" + host[1] + "\r")) return once("403 Forbidden", "");
        const body = request.substring(end + 4);
        if (!length) return once("411 Length Required", "");
        return body.length < Number(length[1]) ? undefined : take(body);
      }
      // Whatever a phone asks to find out whether there is an Internet.
      return (piece) =>
        piece
          ? ""
          : "HTTP/1.1 302 Found\r\nLocation: http://" +
            ADDRESS +
            "/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    },
  });

  function look(): void {
    isScanDue = false;
    scannedAt = time;
    try {
      parts.scan((points) => {
        networks = "";
        let count = 0;
        for (const point of points) {
          const line = "\n" + hex(point.ssid) + (point.authMode === "open" ? "" : "*");
          if (point.ssid && count < MOST_NETWORKS && !(networks + "\n.").includes(line + "\n")) {
            networks += line;
            count++;
          }
        }
      });
    } catch {
      // The one before never ended: the name is to be typed.
    }
  }

  function joined(): void {
    const isOther = parts.keep();
    phase =
      isOther === undefined ? PortalPhase.NoRoom : isOther ? PortalPhase.Restarting : PortalPhase.Joined;
    closesAt = time + TOLD_TIME;
    parts.say("Setup: kept");
  }

  function close(): boolean {
    if (phase === PortalPhase.Trying || phase === PortalPhase.NoRoom) parts.attempt(undefined);
    access.close();
    parts.say("Setup: access point closed");
    if (phase === PortalPhase.Restarting) parts.restart("Setup: the platform's fields are others");
    if (phase === PortalPhase.Trial) {
      parts.undo(former);
      parts.restart("Setup: no platform with the new fields, which are undone");
    }
    return false;
  }

  if (phase === PortalPhase.Refused) parts.forgetFormer();

  return {
    tick() {
      time++;
      access.tick();
      if (phase === PortalPhase.Trying && parts.isUp()) joined();
      if (phase === PortalPhase.Trial && parts.isOnline()) {
        phase = PortalPhase.Online;
        parts.forgetFormer();
        closesAt = time + TOLD_TIME;
        parts.say("Setup: kept");
      }
      if (isScanDue && isChoosing() && time - scannedAt >= SCAN_TIME && !parts.isJoining()) look();
      if (time >= closesAt || (isSpare && parts.isUp() && !isPresent())) return close();
      return true;
    },
    isHeld: () => isChoosing() && (isPresent() || time - scannedAt < SCAN_TIME),
    failed(why) {
      if (phase !== PortalPhase.Trying) return;
      phase = PortalPhase.Failed;
      detail = why;
      parts.say("Setup: undone");
      parts.attempt(undefined);
    },
  };
}
