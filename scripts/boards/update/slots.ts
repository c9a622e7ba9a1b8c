/**
 * What a board with updates has in its flash: the loader, which runs at each boot and never changes, and two slots for
 * programs.
 *
 * A slot is a file: a head and a package (package.ts). It runs from flash as it is, because the head is a comment.
 *
 *     //<marks><task>\n
 *
 * A mark is a byte that is erased (255) until it is set, which NOR flash does in place: writing turns ones into zeros.
 * Nothing in a slot is ever written twice. The slot's first byte creates its file; then follow the head's other bytes and
 * the package, and at last the mark {@link Mark.Whole}, by which the program becomes one that may run.
 */

import { createHash } from "node:crypto";
import { SHORTEST_KEY } from "./package.ts";

/** The slots' names in flash. */
export const SLOTS = ["app0", "app1"] as const;

/** Marks, by their place in a slot. */
export const enum Mark {
  /** The package is there and was checked. */
  Whole = 2,
  /** The first of three starts on trial. */
  Start = 3,
  /** It was online for long enough. */
  Good = 6,
  /** The platform knows how it ended. */
  Reported = 7,
}

const ERASED = "\xff";
const SET = ".";

/** A slot for a board that is flashed over a cable: its program needs no trial. */
export function firstSlot(made: string): string {
  return `//${SET}${ERASED.repeat(3)}${SET}${SET}\n${made}`;
}

/** Name and bytes. */
type File = readonly [name: string, bytes: string];

/**
 * The files of a board with updates after it was flashed over a cable.
 * @param key of the updates
 * @param made the package of its program
 */
export function filesOf(key: string, made: string): [loader: File, slot: File] {
  return [
    [".bootcde", loaderOf(key)],
    [SLOTS[0], firstSlot(made)],
  ];
}

/**
 * The loader, `.bootcde`. It starts the newest program that is good or has a start on trial left; without any, the newest
 * one. A program on trial that throws, or is not good after ten minutes, restarts the board; one that hangs is ended by
 * the watchdog. The program finds the number of its slot in `app`.
 *
 * The program is evaluated at the top level, where its variables are global: in a block, every function would take more
 * memory for its scope. So what it throws is not caught, and `ran` tells whether it did.
 *
 * @param key of the updates; the firmware checks them by `pad`
 */
export function loaderOf(key: string): string {
  return `${padSource(key)}${LOADER.replaceAll(/\n */g, "")}\n`;
}

const LOADER = `
  var app=-1,ran;
  eval(function(){
    var S=require("Storage"),n,h,t,r,b=0,m=function(i){return h.charCodeAt(i)<255};
    for(n=0;n<2;n++){
      h=S.read("app"+n,0,160)||"";
      if(m(2)){
        r=+h.split(" ")[2]+(m(6)||!m(5)?4e9:0);
        if(r>b){b=r;app=n}
      }
    }
    n="app"+app;
    h=S.read(n,0,160)||"";
    t=h.split(" ");
    if(!m(6)&&b){
      m(5)||S.write(n,".",m(3)?m(4)?5:4:3);
      E.enableWatchdog(300,true);
      setTimeout(function(){ran||E.reboot()},1e3);
      setTimeout(function(){S.read(n,6,1)=="\\xff"&&E.reboot()},6e5)
    }
    return b?S.read(n,0,h.indexOf("\\n",h.indexOf("\\n")+1)+1+parseInt(t[3])):"print('No program: flash it')"
  }());
  ran=1`;

/** `pad(false)` and `pad(true)` are the inner and the outer block of HMAC [RFC 2104]: the key's bytes, padded and XORed. */
function padSource(key: string): string {
  const block = Buffer.alloc(64);
  const bytes = Buffer.from(key, "utf8");
  if (bytes.length < SHORTEST_KEY) throw new Error(`a key of ${bytes.length} bytes`);
  (bytes.length > 64 ? createHash("sha256").update(bytes).digest() : bytes).copy(block);
  const inner = literalOf(block.map((byte) => byte ^ 0x36));
  const outer = literalOf(block.map((byte) => byte ^ 0x5c));
  return `function pad(o){return o?${outer}:${inner}}`;
}

/** A string literal in ASCII. */
function literalOf(bytes: Uint8Array): string {
  const chars = Array.from(bytes, (byte) =>
    byte < 32 || byte > 126 || byte === 34 || byte === 92
      ? `\\x${byte.toString(16).padStart(2, "0")}`
      : String.fromCharCode(byte),
  );
  return `"${chars.join("")}"`;
}
