/** Feeds the console from a virtual board: its LED, its parts, Wi-Fi, console output and packets. */

import type { Board, Led } from "../boards/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { serverKind } from "../boards/mqtt.ts";
import type { Part } from "../boards/parts.ts";
import { readLight, watchLight } from "../stage/light.ts";
import { readPixels, watchOutputs } from "../stage/outputs.ts";
import { inBoth } from "../cli/language.ts";
import { OWN_CODE } from "../compile/own-code/index.ts";
import { placeOf } from "../compile/own-code/place.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import type { Feed } from "./feed.ts";
import { watchOutbox } from "./outbox-watch.ts";
import { formOf, unitsOf, usesOf } from "./board-views.ts";
import { inputsOf, shownParts, stateOf, viewOf } from "./part-views.ts";
import type { BoardView, InputView, LedView, PartState, SleepView } from "./protocol.ts";
import { createWireTap } from "./wire-tap.ts";

/**
 * @param id the board's id in the feed
 * @param changes overrides for the board's first view
 * @param isAdjustable whether the page offers a control for an input
 */
export function watchBoard(
  feed: Feed,
  id: string,
  board: Board,
  device: VirtualBoard,
  changes: Partial<BoardView> = {},
  isAdjustable: (input: InputView) => boolean = () => true,
): void {
  const title = changes.title ?? board.title;
  const { led } = board;
  const parts = shownParts(board);
  const states: PartState[] = parts.map((part) => stateOf(part, device));
  feed.addBoard({
    id,
    title,
    device: board.onenet.device,
    generation: serverKind(board),
    isVirtual: true,
    chip: CHIPS[board.chip].title,
    form: formOf(board),
    uses: usesOf(board),
    orders: board.code?.commands ?? [],
    units: unitsOf(board),
    led: led === undefined ? null : { kind: kindOf(led), count: led.kind === "ws2812" ? led.count : 1 },
    wifi: "off",
    isOnline: false,
    why: "",
    faults: [],
    inputs: [],
    parts: parts.map((part) => viewOf(part, board)),
    states: [...states],
    outbox: { reports: 0, bytes: 0, limit: board.outbox, lost: 0 },
    sleep: board.sleep ? sleepOf(device, false) : null,
    update: null,
    ...lightOf(led, device),
    ...changes,
  });
  const about = { board: id, who: title };

  watchLight(led, device, () => feed.update(id, lightOf(led, device)));
  watchOutputs(parts, device, (part, index) => look([[index, part]]));
  device.on("reboot", () => {
    feed.update(id, lightOf(led, device));
    look(parts.entries());
  });
  let inputs = "[]";
  device.on("inputs", () => {
    const fresh = inputsOf(board, device).filter(isAdjustable);
    const text = JSON.stringify(fresh);
    if (text !== inputs) feed.update(id, { inputs: fresh });
    inputs = text;
    look(parts.entries());
  });
  device.on("wifi", (wifi) => feed.update(id, { wifi }));
  watchOutbox(board, device, (outbox) => feed.update(id, { outbox }));
  if (board.sleep) {
    device.on("sleep", () => feed.update(id, { isOnline: false, sleep: sleepOf(device, true) }));
    device.on("boot", () => feed.update(id, { sleep: sleepOf(device, false) }));
  }
  device.on("console", (text) => {
    feed.line(id, "board", text);
    if (text.startsWith(OWN_CODE))
      feed.alert(about, "own", text.slice(OWN_CODE.length), "", placeOf(board.code?.file, text));
  });
  device.on("fault", (text) => feed.alert(about, "fault", text));
  device.on("uncaught", (text) => feed.alert(about, "uncaught", text));

  const tap = createWireTap(feed, () => ({ board: id, who: title }));
  device.on("traffic", ({ way, bytes, connection }) => tap.bytes(connection, way, bytes));
  device.on("close", ({ connection }) => {
    tap.closed(connection);
    // A platform that cannot be reached notices much later.
    if (feed.board(id)?.isOnline) feed.update(id, { isOnline: false });
  });

  /** Looks what parts do; only a change is news. */
  function look(some: Iterable<[number, Part]>): void {
    let isNews = false;
    for (const [index, part] of some) {
      const state = stateOf(part, device);
      if (JSON.stringify(state) === JSON.stringify(states[index])) continue;
      states[index] = state;
      isNews = true;
    }
    if (isNews) feed.update(id, { states: [...states] });
  }
}

/** To the page, an LED with a brightness is a plain one: it has no colours to choose. */
function kindOf({ kind }: Led): LedView["kind"] {
  return kind === "dimmed" ? "gpio" : kind;
}

function sleepOf(device: VirtualBoard, isAsleep: boolean): SleepView {
  const { sleeps, awake, asleep, radio, flashWrites } = device.usage();
  return { isAsleep, since: Date.now(), sleeps, awake, asleep, radio, flashWrites };
}

/** The LED as the eye sees it. */
function lightOf(led: Led | undefined, device: VirtualBoard): Pick<BoardView, "pixels" | "pins"> {
  return { pixels: readPixels(led, device), pins: led ? inBoth(() => readLight(led, device).pins) : "" };
}
