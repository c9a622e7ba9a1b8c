/** Every packet, both ways: a list to filter, pause and download, and one packet explained. */

import { useComputed, useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Packet, Way } from "../../protocol.ts";
import { decode, isBrisk, matches, type Decoded } from "../state/packets.ts";
import { boardIds, log, selected } from "../state/store.ts";
import { downloadHex, downloadJson } from "../state/download.ts";
import { language, words } from "../words/index.ts";
import { clock } from "./board.tsx";
import { loadPacket } from "./later.ts";

/** Most rows in the list; the filter finds older packets. */
const ROWS = 200;

/** Rows while packets pour in and the list is at its top: those visible, and a few more. */
const ROWS_AT_TOP = 30;

export function Wire() {
  const say = words.value;
  const filter = useSignal("");
  const way = useSignal<Way | "all">("all");
  const isOnlySelected = useSignal(false);
  const paused = useSignal<readonly Packet[] | undefined>(undefined);
  const chosen = useSignal<Decoded | undefined>(undefined);
  /** Whether the list is scrolled from its top, to older packets. */
  const isScrolled = useSignal(false);

  const found = useComputed(() => {
    const all = paused.value ?? log.value.packets;
    const board = isOnlySelected.value ? selected.value : undefined;
    return {
      all: all.length,
      packets: all.filter((packet) => matches(packet, filter.value, way.value, board)),
    };
  });
  const { all, packets } = found.value;
  const isShort = !paused.value && !isScrolled.value && isBrisk(packets);
  const explained = useMemo(
    () => (chosen.value ? <Explained packet={chosen.value} /> : <p class="quiet">{say.choosePacket}</p>),
    [chosen.value, say],
  );

  return (
    <section class="panel wire" aria-labelledby="wire-title">
      <div class="panel-head">
        <h2 id="wire-title">{say.wire}</h2>
        <span class="quiet">{say.shownOf(packets.length, all)}</span>
      </div>
      <div class="row small">
        <input
          type="search"
          class="grow filter"
          aria-label={say.filter}
          placeholder={say.filterHint}
          value={filter}
          onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
        />
        <select
          aria-label={say.way}
          value={way}
          onChange={({ currentTarget }) => (way.value = currentTarget.value as Way | "all")}
        >
          {(["all", "up", "down"] as const).map((one) => (
            <option key={one} value={one}>
              {say.ways[one]}
            </option>
          ))}
        </select>
        {boardIds.value.length > 1 && (
          <label class="row check">
            <input
              type="checkbox"
              checked={isOnlySelected}
              onChange={({ currentTarget }) => (isOnlySelected.value = currentTarget.checked)}
            />
            {say.onlySelected}
          </label>
        )}
        <button
          type="button"
          aria-pressed={paused.value !== undefined}
          onClick={() => (paused.value = paused.value ? undefined : [...log.value.packets])}
        >
          {paused.value ? say.resume : say.pause}
        </button>
        <button type="button" onClick={() => void downloadJson(packets.map(decode), language.value)}>
          {say.downloadJson}
        </button>
        <button type="button" onClick={() => downloadHex(packets.map(decode))}>
          {say.downloadHex}
        </button>
      </div>
      <PacketList
        packets={packets.slice(-ROWS).reverse()}
        rows={isShort ? ROWS_AT_TOP : ROWS}
        chosen={chosen.value?.packet}
        choose={(packet) => (chosen.value = decode(packet))}
        onScrolled={(isScrolledNow) => (isScrolled.value = isScrolledNow)}
      />
      {explained}
    </section>
  );
}

type PacketView = Awaited<ReturnType<typeof loadPacket>>["PacketView"];

function Explained({ packet }: { readonly packet: Decoded }) {
  const view = useSignal<{ readonly PacketView: PacketView } | undefined>(undefined);
  useEffect(() => void loadPacket().then((loaded) => (view.value = loaded)), []);
  const View = view.value?.PacketView;
  return View ? <View packet={packet} /> : null;
}

interface ListProps {
  /** Newest first. */
  readonly packets: readonly Packet[];
  /** How many of them get rows. */
  readonly rows: number;
  readonly chosen: Packet | undefined;
  readonly choose: (packet: Packet) => void;
  /** Called when the list leaves its top, or returns to it. */
  readonly onScrolled: (isScrolled: boolean) => void;
}

/** How many rows each key moves. */
const STEPS: ReadonlyMap<string, number> = new Map([
  ["ArrowDown", 1],
  ["ArrowUp", -1],
  ["PageDown", 10],
  ["PageUp", -10],
  ["End", Infinity],
  ["Home", -Infinity],
]);

/** A list box: one Tab stop, arrow keys inside. */
function PacketList({ packets, rows, chosen, choose, onScrolled }: ListProps) {
  const say = words.value;
  function move(event: TargetedKeyboardEvent<HTMLElement>): void {
    const list = event.currentTarget;
    const step = STEPS.get(event.key);
    if (step === undefined) return;
    event.preventDefault();
    const place = chosen ? packets.indexOf(chosen) : -1;
    const to = Math.min(Math.max(place + step, 0), packets.length - 1);
    const next = packets[to];
    if (!next) return;
    choose(next);
    if (to >= rows) onScrolled(true);
    // Its row exists only after rendering.
    requestAnimationFrame(() => {
      if (to === 0) list.scrollTop = 0;
      else document.getElementById(rowId(next))?.scrollIntoView({ block: "nearest" });
    });
  }
  return (
    <div
      class={`packets mono ${boardIds.value.length > 1 ? "many" : ""}`}
      role="listbox"
      tabIndex={0}
      aria-label={say.packets}
      aria-activedescendant={chosen ? rowId(chosen) : undefined}
      onKeyDown={move}
      onScroll={({ currentTarget }) => onScrolled(currentTarget.scrollTop > 0)}
    >
      {packets.length === 0 && <p class="quiet">{say.noPackets}</p>}
      {packets.slice(0, rows).map((packet) => (
        <Row key={packet.seq} packet={packet} isChosen={packet === chosen} choose={choose} />
      ))}
    </div>
  );
}

interface RowProps {
  readonly packet: Packet;
  readonly isChosen: boolean;
  readonly choose: (packet: Packet) => void;
}

function Row({ packet, isChosen, choose }: RowProps) {
  const say = words.value;
  const { summary } = decode(packet);
  return (
    <div
      id={rowId(packet)}
      role="option"
      aria-selected={isChosen}
      class={`packet ${packet.way}`}
      onClick={() => choose(packet)}
    >
      <time>{clock(packet.time)}</time>
      <span class="arrow" role="img" aria-label={packet.way === "up" ? say.fromBoard : say.toBoard}>
        {packet.way === "up" ? "↑" : "↓"}
      </span>
      {boardIds.value.length > 1 && <span class="who">{packet.who}</span>}
      <strong>{summary.name}</strong>
      <span class="detail">{summary.detail}</span>
    </div>
  );
}

function rowId({ seq }: Packet): string {
  return `packet-${seq}`;
}
