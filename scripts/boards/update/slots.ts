/**
 * What a board with updates has in its flash: the loader, which runs at each boot and never changes, and two slots for
 * programs.
 *
 * A slot is a file: a head and a package (package.ts). It runs from flash as it is, because the head begins a comment.
 *
 *     //<marks><task><package>
 *
 * The task is the number of OneNET's, up to 24 digits; the rest of its field is erased.
 * A mark is a byte that is erased (255) until it is set, which NOR flash does in place: writing turns ones into zeros.
 * Nothing in a slot is ever written twice. The `//` creates the file; then follow the task, the package, and at
 * last the mark {@link Mark.Whole}, by which the program becomes one that may run. The slot of a program that failed is
 * erased once the platform knows.
 */

import type { Board } from "../board.ts";
import { identityOf } from "./identity.ts";

/** The slots' names in flash. */
export const SLOTS = ["app0", "app1"] as const;

/** Marks, by their place in a slot. */
export const enum Mark {
  /** The package is there and was checked. */
  Whole = 2,
  /** The first of three starts on trial. */
  Start = 3,
  /** It was online for long enough, and the platform knows. */
  Good = 6,
}

const ERASED = "\xff";
const SET = ".";

/** A slot for a board that is flashed over a cable: its program needs no trial. */
export function firstSlot(made: string): string {
  return `//${SET}${ERASED.repeat(3)}${SET}${ERASED.repeat(24)}${made}`;
}

/** Name and bytes. */
type File = readonly [name: string, bytes: string];

/**
 * The files of a board with updates after it was flashed over a cable.
 * @param made the package of its program
 */
export function filesOf(board: Board, made: string): [loader: File, slot: File] {
  return [
    [".bootcde", loaderOf(board)],
    [SLOTS[0], firstSlot(made)],
  ];
}

/**
 * The loader, `.bootcde`. It starts the newest program that is good or has a start on trial left; without any, the newest
 * one. A program on trial that throws, or is not good after ten minutes, restarts the board; one that hangs is ended by
 * the watchdog. What the program finds: identity.ts.
 *
 * The program is evaluated at the top level, where its variables are global: in a block, every function would take more
 * memory for its scope. So what it throws is not caught, and `ran` tells whether it did.
 */
export function loaderOf(board: Board): string {
  return `${identityOf(board)}${LOADER.replaceAll(/\n */g, "")}\n`;
}

const LOADER = `
  var ran;
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
    return b?S.read(n,0,h.indexOf("\\n")+1+parseInt(t[3])):"print('No program: flash it')"
  }());
  ran=1`;
