/** Every packet, both ways: to the left a list to filter, or the topics; to the right one packet, explained. */

import { signal, useComputed, useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent } from "preact";
import { useMemo } from "preact/hooks";
import type { Packet, Way } from "../../protocol.ts";
import { fold, type Exchange } from "../state/exchanges.ts";
import { messageOf } from "../state/messages.ts";
import { decode, isBrisk, matches, type Decoded } from "../state/packets.ts";
import { boardIds, log, selected } from "../state/store.ts";
import { downloadHex, downloadJson } from "../state/download.ts";
import { language, words } from "../words/index.ts";
import { clock } from "./board.tsx";
import { loadPacket, useLoaded } from "./later.ts";
import { Publish } from "./publish.tsx";
import { Topics } from "./topics.tsx";

/** Most rows in the list; the filter finds older packets. */
const ROWS = 200;

/** Rows while packets pour in and the list is at its top: those visible, and a few more. */
const ROWS_AT_TOP = 30;

// These stay while another part of the page is shown.
const filter = signal("");
const way = signal<Way | "all">("all");
const isOnlySelected = signal(false);
const paused = signal<readonly Packet[] | undefined>(undefined);
/** The number of the last packet that was cleared away. */
const cleared = signal(0);
const isTree = signal(false);
/** The packet explained, and the exchange it belongs to. */
const chosen = signal<{ readonly packet: Decoded; readonly exchange: Exchange } | undefined>(undefined);

export function Wire() {
  const say = words.value;
  /** Whether the list is scrolled from its top, to older packets. */
  const isScrolled = useSignal(false);

  const found = useComputed(() => {
    const known = paused.value ?? log.value.packets;
    // A server that was restarted counts from 1 again.
    const isOld = (known.at(-1)?.seq ?? 0) < cleared.value;
    const all = known.filter(({ seq }) => isOld || seq > cleared.value);
    const board = isOnlySelected.value ? selected.value : undefined;
    return { all, packets: all.filter((packet) => matches(packet, filter.value, way.value, board)) };
  });
  const { all, packets } = found.value;
  const isShort = !paused.value && !isScrolled.value && isBrisk(packets);
  const exchanges = useMemo(
    () => (isTree.value ? [] : exchangesOf(all, packets)),
    [all, packets, isTree.value],
  );
  const choose = (exchange: Exchange) => (chosen.value = { packet: decode(exchange.packet), exchange });

  return (
    <section class="panel wire" aria-labelledby="wire-title">
      <div class="panel-head">
        <h2 id="wire-title">{say.wire}</h2>
        <span class="quiet">{say.shownOf(packets.length, all.length)}</span>
      </div>
      <Tools packets={packets} />
      <div class="split">
        <div class="split-list">
          {isTree.value ? (
            <Topics
              packets={packets}
              chosen={chosen.value?.packet.packet}
              choose={(packet) => choose({ packet, answers: [], isAwaited: false })}
            />
          ) : (
            <PacketList
              exchanges={exchanges.slice(-ROWS).reverse()}
              hidden={all.length}
              rows={isShort ? ROWS_AT_TOP : ROWS}
              chosen={chosen.value?.exchange.packet}
              choose={choose}
              onScrolled={(isScrolledNow) => (isScrolled.value = isScrolledNow)}
            />
          )}
          <Publish />
        </div>
        <div class="split-packet">
          {chosen.value ? (
            <Chosen key={chosen.value.exchange.packet.seq} />
          ) : (
            <p class="quiet">{say.choosePacket}</p>
          )}
        </div>
      </div>
    </section>
  );
}

/** Of all packets, the exchanges with one that matches: what answers a packet is found whatever the filter. */
function exchangesOf(all: readonly Packet[], packets: readonly Packet[]): readonly Exchange[] {
  const exchanges = fold(all);
  if (packets.length === all.length) return exchanges;
  const matching = new Set(packets);
  return exchanges.filter(
    ({ packet, answers }) =>
      matching.has(packet) || (way.value === "all" && answers.some((one) => matching.has(one))),
  );
}

function Tools({ packets }: { readonly packets: readonly Packet[] }) {
  const say = words.value;
  const newest = paused.value?.at(-1)?.seq ?? 0;
  const fresh = useComputed(() =>
    paused.value ? Math.max(0, (log.value.packets.at(-1)?.seq ?? 0) - (paused.value.at(-1)?.seq ?? 0)) : 0,
  ).value;
  return (
    <div class="row small tools">
      <div class="segments" role="group" aria-label={say.views}>
        {([false, true] as const).map((tree) => (
          <button
            key={String(tree)}
            type="button"
            aria-pressed={isTree.value === tree}
            onClick={() => (isTree.value = tree)}
          >
            {tree ? say.topics : say.list}
          </button>
        ))}
      </div>
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
        class="pause"
        aria-pressed={paused.value !== undefined}
        onClick={() => (paused.value = paused.value ? undefined : [...log.value.packets])}
      >
        {!paused.value ? say.pause : newest === 0 || fresh === 0 ? say.resume : say.resumeWith(fresh)}
      </button>
      <button
        type="button"
        onClick={() => {
          cleared.value = (paused.value ?? log.value.packets).at(-1)?.seq ?? 0;
          chosen.value = undefined;
        }}
      >
        {say.clear}
      </button>
      <button type="button" onClick={() => void downloadJson(packets.map(decode), language.value)}>
        {say.downloadJson}
      </button>
      <button type="button" onClick={() => downloadHex(packets.map(decode))}>
        {say.downloadHex}
      </button>
    </div>
  );
}

/** The chosen packet, explained; its answers are one press away. */
function Chosen() {
  const say = words.value;
  const { packet, exchange } = chosen.value ?? {};
  const View = useLoaded(loadPacket)?.PacketView;
  const explained = useMemo(() => (View && packet ? <View packet={packet} /> : null), [View, packet, say]);
  if (!packet || !exchange) return null;
  const all = [exchange.packet, ...exchange.answers];
  return (
    <>
      {all.length > 1 && (
        <div class="row small" role="group" aria-label={say.exchange}>
          {all.map((one) => (
            <button
              key={one.seq}
              type="button"
              aria-pressed={one === packet.packet}
              onClick={() => (chosen.value = { packet: decode(one), exchange })}
            >
              {one.way === "up" ? "↑" : "↓"} {decode(one).summary.name}
            </button>
          ))}
        </div>
      )}
      {explained}
    </>
  );
}

interface ListProps {
  /** Newest first. */
  readonly exchanges: readonly Exchange[];
  /** How many packets there are, whether or not they match. */
  readonly hidden: number;
  /** How many of them get rows. */
  readonly rows: number;
  readonly chosen: Packet | undefined;
  readonly choose: (exchange: Exchange) => void;
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
function PacketList({ exchanges, hidden, rows, chosen, choose, onScrolled }: ListProps) {
  const say = words.value;
  function move(event: TargetedKeyboardEvent<HTMLElement>): void {
    const list = event.currentTarget;
    const step = STEPS.get(event.key);
    if (step === undefined) return;
    event.preventDefault();
    const place = exchanges.findIndex(({ packet }) => packet === chosen);
    const to = Math.min(Math.max(place + step, 0), exchanges.length - 1);
    const next = exchanges[to];
    if (!next) return;
    choose(next);
    if (to >= rows) onScrolled(true);
    // Its row exists only after rendering.
    requestAnimationFrame(() => {
      if (to === 0) list.scrollTop = 0;
      else document.getElementById(rowId(next.packet))?.scrollIntoView({ block: "nearest" });
    });
  }
  const isEmpty = exchanges.length === 0;
  return (
    <div
      class={`packets mono ${boardIds.value.length > 1 ? "many" : ""} ${isEmpty ? "nothing" : ""}`}
      role={isEmpty ? undefined : "listbox"}
      tabIndex={0}
      aria-label={isEmpty ? undefined : say.packets}
      aria-activedescendant={chosen ? rowId(chosen) : undefined}
      onKeyDown={move}
      onScroll={({ currentTarget }) => onScrolled(currentTarget.scrollTop > 0)}
    >
      {isEmpty && <p class="quiet">{hidden === 0 ? say.noPackets : say.allFiltered(hidden)}</p>}
      {isEmpty && hidden > 0 && (
        <button type="button" onClick={clearFilter}>
          {say.clearFilter}
        </button>
      )}
      {exchanges.slice(0, rows).map((exchange) => (
        <Row
          key={exchange.packet.seq}
          exchange={exchange}
          isChosen={exchange.packet === chosen}
          choose={choose}
        />
      ))}
    </div>
  );
}

function clearFilter(): void {
  filter.value = "";
  way.value = "all";
  isOnlySelected.value = false;
}

interface RowProps {
  readonly exchange: Exchange;
  readonly isChosen: boolean;
  readonly choose: (exchange: Exchange) => void;
}

function Row({ exchange, isChosen, choose }: RowProps) {
  const say = words.value;
  const { packet, answers, isAwaited } = exchange;
  const { summary } = decode(packet);
  const last = answers.at(-1);
  return (
    <div
      id={rowId(packet)}
      role="option"
      aria-selected={isChosen}
      class={`packet ${packet.way}`}
      onClick={() => choose(exchange)}
    >
      <time>{clock(packet.time)}</time>
      <span class="arrow" role="img" aria-label={packet.way === "up" ? say.fromBoard : say.toBoard}>
        {packet.way === "up" ? "↑" : "↓"}
      </span>
      {boardIds.value.length > 1 && <span class="who">{packet.who}</span>}
      <strong>{summary.name}</strong>
      <Detail packet={packet} detail={summary.detail} />
      <span class="answered" title={answers.map((one) => decode(one).summary.name).join(", ")}>
        {isAwaited ? "…" : last ? `✓ ${say.milliseconds(last.time - packet.time)}` : ""}
      </span>
    </div>
  );
}

/** The values of a message before its topic; else its text. */
function Detail({ packet, detail }: { readonly packet: Packet; readonly detail: string }) {
  const message = messageOf(packet);
  if (message === null) return <span class="detail">{detail}</span>;
  const { topic, values, text } = message;
  return (
    <span class="detail">
      {values.length === 0 ? (
        <b>{text.slice(0, 200)}</b>
      ) : (
        values.map(([name, value], index) => (
          <span key={name}>
            {index > 0 && " · "}
            {name} <b>{value.slice(0, 100)}</b>
          </span>
        ))
      )}{" "}
      <span class="topic">{topic}</span>
    </span>
  );
}

function rowId({ seq }: Packet): string {
  return `packet-${seq}`;
}
