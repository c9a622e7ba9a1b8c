/** A view to be read from the back row: who is online, each LED, and a value; nothing to press. */

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { chosenGroup, found } from "../state/groups.ts";
import { seriesOf } from "../state/points.ts";
import { countOf, isLive, site } from "../state/store.ts";
import { openStreams, project } from "../state/view.ts";
import { worded, words } from "../words/index.ts";
import { stateOf } from "./board.tsx";
import { LightDots } from "./board-drawing.tsx";
import { useTileLook } from "./boards.tsx";
import { format, unitOf } from "./format.ts";
import { useOrder } from "./use-order.ts";

/** Most boards that can still be read from afar; those that are offline stand first. */
const MOST = 48;

/** Values of a single board. */
const MOST_VALUES = 4;

/** Width of a tile by its height. */
const SHAPE = 2;

export function Projector() {
  const say = words.value;
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.focus(), []);
  const ids = found.value;
  const [only] = ids.length === 1 ? ids : [];
  const { online, asleep } = useComputed(() => countOf(found.value)).value;
  const stream = [...openStreams.value].at(-1);
  const title = chosenGroup.value || worded(site.value.title);
  return (
    <main class="projector" ref={place} tabIndex={-1} aria-label={say.projector}>
      <div class="projector-head">
        <h1 class="grow">{title}</h1>
        {stream !== undefined && only === undefined && <p class="projected-stream">{stream}</p>}
        <p role="status" class={isLive.value && online + asleep === ids.length ? "good" : "bad"}>
          {isLive.value ? say.online(online, ids.length, asleep) : say.connection.lost}
        </p>
        <button type="button" aria-label={say.leaveProjector} title={say.leaveProjector} onClick={leave}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {only === undefined ? <Tiles ids={ids} stream={stream} /> : <OneBoard id={only} />}
    </main>
  );
}

function leave(): void {
  project(false);
}

interface TilesProps {
  readonly ids: readonly string[];
  /** The data stream whose values are shown. */
  readonly stream: string | undefined;
}

function Tiles({ ids, stream }: TilesProps) {
  const ratio = useWindowRatio();
  const shown = ids.length > MOST ? MOST - 1 : ids.length;
  const cells = Math.min(ids.length, MOST);
  const columns = Math.max(1, Math.round(Math.sqrt((cells * ratio) / SHAPE)));
  return (
    <ul class="projected-tiles" style={{ "--columns": columns }}>
      {ids.slice(0, shown).map((id) => (
        <ProjectedBoard key={id} id={id} stream={stream} />
      ))}
      {shown < ids.length && (
        <li class="projected">
          <span class="projected-title">{words.value.andMore(ids.length - shown)}</span>
        </li>
      )}
    </ul>
  );
}

/** Width of the window by its height. */
function useWindowRatio(): number {
  const ratio = useSignal(innerWidth / innerHeight);
  useEffect(() => {
    const measure = () => (ratio.value = innerWidth / innerHeight);
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  return ratio.value;
}

interface BoardProps {
  readonly id: string;
  readonly stream: string | undefined;
}

function ProjectedBoard({ id, stream }: BoardProps) {
  const board = useTileLook(id);
  if (!board) return null;
  const { state, text } = stateOf({ ...board, wifi: null });
  return (
    <li class={`projected ${state}`}>
      <LightDots board={board} />
      <span class="projected-title">{board.title}</span>
      {state !== "online" ? (
        <span class={`state ${state}`}>{text}</span>
      ) : (
        stream !== undefined && <ProjectedValue id={id} stream={stream} />
      )}
    </li>
  );
}

function ProjectedValue({ id, stream }: { readonly id: string; readonly stream: string }) {
  const text = useComputed(() => format(seriesOf(stream).get(id)?.last)).value;
  const unit = unitOf(id, stream);
  return (
    <span class="projected-value">
      {text}
      {text !== "" && unit !== "" && <small> {unit}</small>}
    </span>
  );
}

/** A single board: its LED, and the values that moved last. */
function OneBoard({ id }: { readonly id: string }) {
  const { moving, constant } = useOrder(useComputed(() => found.value[0] ?? ""));
  const streams = [...moving, ...constant].filter((name) => seriesOf(name).has(id)).slice(0, MOST_VALUES);
  const cells = streams.length + 1;
  const columns = Math.max(1, Math.round(Math.sqrt((cells * useWindowRatio()) / SHAPE)));
  return (
    <ul class="projected-tiles" style={{ "--columns": columns }}>
      <ProjectedBoard id={id} stream={undefined} />
      {streams.map((stream) => (
        <li key={stream} class="projected" data-stream={stream}>
          <span class="projected-title">{stream}</span>
          <ProjectedValue id={id} stream={stream} />
        </li>
      ))}
    </ul>
  );
}
