/** Feeds the console from a virtual board: its LED, Wi-Fi, console output and packets. */

import type { Board, Led } from "../boards/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { serverKind } from "../boards/mqtt.ts";
import { hexColour, pixelsOf, readLight, watchLight } from "../stage/light.ts";
import { OWN_CODE } from "../compile/own-code/index.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import type { Feed } from "./feed.ts";
import { watchOutbox } from "./outbox-watch.ts";
import type { BoardView, InputView, LedView } from "./protocol.ts";
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
  feed.addBoard({
    id,
    title,
    device: board.onenet.device,
    generation: serverKind(board),
    isVirtual: true,
    chip: CHIPS[board.chip].title,
    led: led === undefined ? null : { kind: kindOf(led), count: led.kind === "ws2812" ? led.count : 1 },
    wifi: "off",
    isOnline: false,
    why: "",
    inputs: [],
    outbox: { reports: 0, bytes: 0, limit: board.outbox, lost: 0 },
    ...readPixels(led, device),
    ...changes,
  });
  const about = { board: id, who: title };

  watchLight(led, device, () => feed.update(id, readPixels(led, device)));
  device.on("reboot", () => feed.update(id, readPixels(led, device)));
  device.on("inputs", () => feed.update(id, { inputs: inputsOf(board, device).filter(isAdjustable) }));
  device.on("wifi", (wifi) => feed.update(id, { wifi }));
  watchOutbox(board, device, (outbox) => feed.update(id, { outbox }));
  device.on("console", (text) => {
    feed.line(id, "board", text);
    if (text.startsWith(OWN_CODE)) feed.alert(about, "own", text.slice(OWN_CODE.length));
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
}

/** The inputs the program reads, each with the data stream that reports it. */
function inputsOf({ streams }: Board, device: VirtualBoard): InputView[] {
  return device.inputs().map((input) => {
    const { quantity, pin } = input;
    const stream = streams.find((each) => quantity === "analog" && each.pin === pin);
    return { ...input, stream: stream?.id ?? "" };
  });
}

/** To the page, an LED with a brightness is a plain one: it has no colours to choose. */
function kindOf({ kind }: Led): LedView["kind"] {
  return kind === "dimmed" ? "gpio" : kind;
}

/** The colour of each LED, as the eye sees it; none without a light. */
function readPixels(led: Led | undefined, device: VirtualBoard): Pick<BoardView, "pixels" | "pins"> {
  const { colour, pins } = readLight(led, device);
  if (led === undefined) return { pixels: [], pins };
  if (led.kind !== "ws2812") return { pixels: [hexColour(colour)], pins };
  const bytes = device.pixels(led.pin) ?? new Uint8Array();
  return { pixels: pixelsOf(led, bytes).map(hexColour), pins };
}
