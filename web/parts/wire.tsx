/** Every packet both ways: a list that can be filtered, paused and downloaded, and one packet explained. */

import { useComputed, useSignal } from "@preact/signals";
import type { Way } from "../../scripts/web-console/protocol.ts";
import { decode, matches, type Decoded } from "../state/packets.ts";
import { boardIds, log, selected } from "../state/store.ts";
import { downloadHex, downloadJson } from "../state/download.ts";
import { language, words } from "../words/index.ts";
import { clock } from "./board.tsx";
import { PacketView } from "./packet.tsx";

/** Rows of the list; older packets are found by the filter. */
const ROWS = 200;

export function Wire() {
  const say = words.value;
  const filter = useSignal("");
  const way = useSignal<Way | "all">("all");
  const isOnlySelected = useSignal(false);
  const paused = useSignal<readonly Decoded[] | undefined>(undefined);
  const chosen = useSignal<Decoded | undefined>(undefined);

  const found = useComputed(() => {
    const all = paused.value ?? log.value.packets.map(decode);
    const board = isOnlySelected.value ? selected.value : undefined;
    return {
      all: all.length,
      packets: all.filter((packet) => matches(packet, filter.value, way.value, board)),
    };
  });
  const { all, packets } = found.value;

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
          onClick={() => (paused.value = paused.value ? undefined : log.value.packets.map(decode))}
        >
          {paused.value ? say.resume : say.pause}
        </button>
        <button type="button" onClick={() => downloadJson(packets, language.value)}>
          {say.downloadJson}
        </button>
        <button type="button" onClick={() => downloadHex(packets)}>
          {say.downloadHex}
        </button>
      </div>
      <PacketList
        packets={packets.slice(-ROWS).reverse()}
        chosen={chosen.value}
        choose={(one) => (chosen.value = one)}
      />
      {chosen.value ? <PacketView packet={chosen.value} /> : <p class="quiet">{say.choosePacket}</p>}
    </section>
  );
}

interface ListProps {
  /** Newest first. */
  readonly packets: readonly Decoded[];
  readonly chosen: Decoded | undefined;
  readonly choose: (packet: Decoded) => void;
}

/** Rows that a key moves by. */
const STEPS: ReadonlyMap<string, number> = new Map([
  ["ArrowDown", 1],
  ["ArrowUp", -1],
  ["PageDown", 10],
  ["PageUp", -10],
  ["End", Infinity],
  ["Home", -Infinity],
]);

/** A list box: one stop for the Tab key, arrow keys within. */
function PacketList({ packets, chosen, choose }: ListProps) {
  const say = words.value;
  function move(event: KeyboardEvent): void {
    const step = STEPS.get(event.key);
    if (step === undefined) return;
    event.preventDefault();
    const place = packets.findIndex(({ packet }) => packet === chosen?.packet);
    const next = packets[Math.min(Math.max(place + step, 0), packets.length - 1)];
    if (!next) return;
    choose(next);
    document.getElementById(rowId(next))?.scrollIntoView({ block: "nearest" });
  }
  return (
    <div
      class={`packets mono ${boardIds.value.length > 1 ? "many" : ""}`}
      role="listbox"
      tabIndex={0}
      aria-label={say.packets}
      aria-activedescendant={chosen ? rowId(chosen) : undefined}
      onKeyDown={move}
    >
      {packets.length === 0 && <p class="quiet">{say.noPackets}</p>}
      {packets.map((one) => (
        <Row key={one.packet.seq} one={one} isChosen={one.packet === chosen?.packet} choose={choose} />
      ))}
    </div>
  );
}

interface RowProps {
  readonly one: Decoded;
  readonly isChosen: boolean;
  readonly choose: (packet: Decoded) => void;
}

function Row({ one, isChosen, choose }: RowProps) {
  const say = words.value;
  const { packet, summary } = one;
  return (
    <div
      id={rowId(one)}
      role="option"
      aria-selected={isChosen}
      class={`packet ${packet.way}`}
      onClick={() => choose(one)}
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

function rowId({ packet }: Decoded): string {
  return `packet-${packet.seq}`;
}
