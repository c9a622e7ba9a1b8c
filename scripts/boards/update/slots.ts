/**
 * What a board with updates has in its flash: the loader, which runs at each boot and never changes, and two slots for
 * programs (src/app/slot.ts), each with a package (package.ts). The slot of a program that failed stays until the next
 * update.
 */

import { ERASED, LONGEST_HEADS, Mark, PACKAGE, SET, SLOT, Word } from "../../../src/app/slot.ts";
import type { Board } from "../board.ts";
import { identityOf } from "./identity.ts";

/** The slots' names in flash. */
export const SLOTS = [`${SLOT}0`, `${SLOT}1`] as const;

/**
 * A slot as it is in flash.
 * @param task a number, or nothing
 * @param set the marks that are set
 * @param made the package
 */
export function slotOf(task: string, set: readonly Mark[], made: string): string {
  const head = Array.from(`//${task}`.padEnd(PACKAGE, ERASED), (char, at) =>
    (set as readonly number[]).includes(at) ? SET : char,
  );
  return head.join("") + made;
}

/** A slot for a board that is flashed over a cable: its program needs no trial. */
export function firstSlot(made: string): string {
  return slotOf("", [Mark.Whole, Mark.Good], made);
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
 * the watchdog. What the program finds: identity.ts, and
 *
 *     head(n)   the words of a slot (Word)
 *
 * The program is evaluated at the top level, where its variables are global: in a block, every function would take more
 * memory for its scope. So what it throws is not caught, and `ran` tells whether it did.
 */
export function loaderOf(board: Board): string {
  return `${identityOf(board)}${LOADER.replaceAll(/\n */g, "")}\n`;
}

const LOADER = `
  function head(n){return(require("Storage").read("${SLOT}"+n,0,${LONGEST_HEADS})||"").split(" ")}
  var ran;
  eval(function(){
    var S=require("Storage"),n,t,r,b=0,m=function(i){return t[0].charCodeAt(i)<255};
    for(n=0;n<2;n++){
      t=head(n);
      if(m(${Mark.Whole})){
        r=+t[${Word.Time}]+(m(${Mark.Good})||!m(${Mark.ThirdStart})?4e9:0);
        if(r>b){b=r;app=n}
      }
    }
    t=head(app);
    n="${SLOT}"+app;
    if(!m(${Mark.Good})&&b){
      m(${Mark.ThirdStart})||S.write(n,"${SET}",m(${Mark.FirstStart})?m(${Mark.SecondStart})?${Mark.ThirdStart}:${Mark.SecondStart}:${Mark.FirstStart});
      E.enableWatchdog(300,true);
      setTimeout(function(){ran||E.reboot()},1e3);
      setTimeout(function(){S.read(n,${Mark.Good},1)=="\\xff"&&E.reboot()},6e5)
    }
    return b?S.read(n,0,t.join(" ").indexOf("\\n")+1+parseInt(t[${Word.Size}])):"print('No program: flash it')"
  }());
  ran=1`;
