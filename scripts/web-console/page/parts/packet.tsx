/** One packet: its fields explained, and its bytes; pointing at one marks the other. */

import { useComputed, useSignal, type Signal } from "@preact/signals";
import { dissect, DISSECTOR_WORDS, type Field } from "../../../local-onenet/wire/dissect.ts";
import type { Decoded } from "../state/packets.ts";
import { language, words } from "../words/index.ts";
import { clock } from "./board.tsx";

/** Bytes per row of the dump; where it is narrow, each half of a row has a line. */
const ROW = 16;

/** The marked bytes; `to` is exclusive. */
type Marked = readonly [from: number, to: number];

export function PacketView({ packet: { packet, bytes } }: { readonly packet: Decoded }) {
  const say = words.value;
  const marked = useSignal<Marked | undefined>(undefined);
  const { name, fields } = dissect(bytes, DISSECTOR_WORDS[language.value], packet.length);
  const mark = (range: Marked | undefined) => (marked.value = range);
  return (
    <div class="dissection" onMouseLeave={() => mark(undefined)}>
      <h3>
        {name} · {packet.who} · {packet.way === "up" ? say.fromBoard : say.toBoard} · {clock(packet.time)} ·{" "}
        {say.byteCount(packet.length)}
      </h3>
      <div class="dissection-parts">
        <div class="scroll">
          <table class="fields" aria-label={say.fields}>
            <thead>
              <tr>
                <th scope="col">{say.bytes}</th>
                <th scope="col">{say.field}</th>
                <th scope="col">{say.value}</th>
                <th scope="col">{say.meaning}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field, index) => (
                <FieldRow key={index} field={field} marked={marked} mark={mark} />
              ))}
            </tbody>
          </table>
        </div>
        <Dump bytes={bytes} fields={fields} marked={marked} mark={mark} />
      </div>
    </div>
  );
}

interface MarkProps {
  readonly marked: Signal<Marked | undefined>;
  readonly mark: (range: Marked | undefined) => void;
}

function FieldRow({ field, marked, mark }: MarkProps & { readonly field: Field }) {
  const { from, to, name, value, explanation, clause, isFault } = field;
  const isMarked = useComputed(() => marked.value?.[0] === from && marked.value[1] === to);
  return (
    <tr
      class={`${isFault ? "fault" : ""} ${isMarked.value ? "marked" : ""}`}
      tabIndex={0}
      onMouseEnter={() => mark([from, to])}
      onFocus={() => mark([from, to])}
    >
      <td class="mono quiet">{to - from > 1 ? `${from}–${to - 1}` : from}</td>
      <th scope="row">{name}</th>
      <td class="mono">{value}</td>
      <td>
        {explanation} <span class="clause">{/^\d/.test(clause) ? `MQTT ${clause}` : clause}</span>
      </td>
    </tr>
  );
}

function Dump({
  bytes,
  fields,
  marked,
  mark,
}: MarkProps & { readonly bytes: Uint8Array; readonly fields: readonly Field[] }) {
  const say = words.value;
  /** Marks the smallest field around the byte. */
  function markByte(index: number): void {
    const [least] = fields
      .filter(({ from, to }) => from <= index && index < to)
      .sort((one, other) => one.to - one.from - (other.to - other.from));
    mark(least ? [least.from, least.to] : undefined);
  }
  const rows = Array.from({ length: Math.ceil(bytes.length / ROW) }, (_, row) => row * ROW);
  return (
    <div class="hex scroll" role="figure" tabIndex={0} aria-label={say.bytes}>
      {rows.map((start) => {
        const halves = [start, start + ROW / 2].filter((at) => at < bytes.length);
        return (
          <div key={start} class="hex-row">
            {halves.map((at) => (
              <Half key={at} at={at} bytes={bytes} marked={marked.value} markByte={markByte} />
            ))}
          </div>
        );
      })}
    </div>
  );
}

interface HalfProps {
  /** Of its first byte. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly marked: Marked | undefined;
  readonly markByte: (index: number) => void;
}

/** Half a row: where it begins, its bytes, and as text. */
function Half({ at, bytes, marked: [from, to] = [0, 0], markByte }: HalfProps) {
  const each = (text: (byte: number) => string) =>
    [...bytes.subarray(at, at + ROW / 2)].map((byte, index) => (
      <span
        key={index}
        class={from <= at + index && at + index < to ? "on" : ""}
        onMouseEnter={() => markByte(at + index)}
      >
        {text(byte)}
      </span>
    ));
  return (
    <>
      <span class="quiet">{at.toString(16).padStart(4, "0")}</span>
      <span class="hex-bytes">{each((byte) => byte.toString(16).padStart(2, "0"))}</span>
      <span class="hex-text">
        {each((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : "·"))}
      </span>
    </>
  );
}
