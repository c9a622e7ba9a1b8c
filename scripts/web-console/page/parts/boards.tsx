/** All boards as tiles; the selected one is shown large beside them. A command may go to all of them, or to some. */

import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { BoardView } from "../../protocol.ts";
import { groupSent, sendToGroup } from "../state/commands.ts";
import { chosenGroup, forgetGroup, found, groups, keepGroup, LONGEST_NAME, wanted } from "../state/groups.ts";
import { boardIds, boardSignal, counts, isLive, select, selected } from "../state/store.ts";
import { words } from "../words/index.ts";
import { stateOf } from "./board.tsx";
import { LightDots } from "./board-drawing.tsx";

export function Boards() {
  const say = words.value;
  const ids = boardIds.value;
  const group = found.value;
  return (
    <section class="panel boards" aria-labelledby="boards-title">
      <div class="panel-head">
        <h2 id="boards-title">{say.boards}</h2>
        <span class="quiet" role="status">
          {isLive.value ? say.online(counts.value.online, ids.length, counts.value.asleep) : say.isUnknown}
        </span>
      </div>
      {ids.length === 0 && <p class="quiet">{say.noBoards}</p>}
      {ids.length > 0 && <GroupCommand group={group} isAll={group.length === ids.length} />}
      {ids.length > 0 && group.length === 0 && <p class="quiet">{say.noneFound}</p>}
      <ul class="tiles">
        {group.map((id) => (
          <Tile key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

interface GroupProps {
  readonly group: readonly string[];
  readonly isAll: boolean;
}

/** Finds boards by their names, and sends a command to those found. */
function GroupCommand({ group, isAll }: GroupProps) {
  const say = words.value;
  const text = useSignal("");
  return (
    <div class="group">
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const command = text.value.trim();
          if (command !== "") void sendToGroup(group, command);
        }}
      >
        <input
          class="grow"
          type="search"
          aria-label={say.findBoards}
          placeholder={say.findHint}
          maxLength={1000}
          autocomplete="off"
          spellcheck={false}
          value={wanted}
          onInput={({ currentTarget }) => (wanted.value = currentTarget.value)}
        />
        <input
          class="grow"
          aria-label={say.groupCommand}
          placeholder={say.colourHint}
          maxLength={1000}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
        <button type="submit" disabled={group.length === 0}>
          {isAll ? say.sendToAll(group.length) : say.sendToSome(group.length)}
        </button>
      </form>
      <Groups count={group.length} />
      <GroupAnswers />
    </div>
  );
}

/** The named groups: one press shows the boards of one. What is found can become another. */
function Groups({ count }: { readonly count: number }) {
  const say = words.value;
  const chosen = chosenGroup.value;
  const all = groups.value;
  const mayKeep = wanted.value.trim() !== "" && count > 0;
  if (all.length === 0 && !mayKeep) return null;
  return (
    <div class="row small groups">
      {all.length > 0 && (
        <div class="row" role="group" aria-label={say.groups}>
          {["", ...all.map(({ name }) => name)].map((name) => (
            <button
              key={name}
              type="button"
              class="group-name"
              aria-pressed={name === chosen}
              onClick={() => (chosenGroup.value = name)}
            >
              {name || say.allBoards}
            </button>
          ))}
        </div>
      )}
      {mayKeep && <KeepGroup count={count} />}
      {chosen !== "" && (
        <button type="button" class="link quiet" onClick={() => forgetGroup(chosen)}>
          {say.forgetGroup(chosen)}
        </button>
      )}
    </div>
  );
}

function KeepGroup({ count }: { readonly count: number }) {
  const say = words.value;
  const name = useSignal("");
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        const given = name.value.trim();
        if (given !== "") keepGroup(given);
      }}
    >
      <input
        aria-label={say.groupName}
        placeholder={say.groupHint}
        maxLength={LONGEST_NAME}
        autocomplete="off"
        spellcheck={false}
        value={name}
        onInput={({ currentTarget }) => (name.value = currentTarget.value)}
      />
      <button type="submit">{say.keepGroup(count)}</button>
    </form>
  );
}

function GroupAnswers() {
  const say = words.value;
  const sent = groupSent.value;
  if (sent === undefined) return null;
  const { text, boards, answered, failed } = sent;
  const reasons = [...new Set(failed.map(({ why }) => why))];
  return (
    <div aria-live="polite" class="answers">
      <span>
        <code>{text}</code> <span aria-hidden="true">→</span> <strong>{say.obeyed(answered, boards)}</strong>
      </span>
      {failed.length > 0 && (
        <ul class="failures">
          {reasons.map((reason) => (
            <li key={reason} class="bad">
              <strong>{reason}</strong>
              {failed
                .filter(({ why }) => why === reason)
                .map(({ board, title }) => (
                  <button key={board} type="button" class="link" onClick={() => select(board)}>
                    {title}
                  </button>
                ))}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The same object until the board looks different: most news of a board do not affect its tile. */
export function useTileLook(id: string): BoardView | undefined {
  const before = useRef<BoardView | undefined>(undefined);
  return useComputed(() => {
    const board = boardSignal(id)?.value;
    const isSame = board && before.current && lookOf(board) === lookOf(before.current);
    return isSame ? before.current : (before.current = board);
  }).value;
}

function Tile({ id }: { readonly id: string }) {
  const say = words.value;
  const isSelected = useComputed(() => selected.value === id).value;
  const board = useTileLook(id);
  if (!board) return null;
  const { state, text } = stateOf({ ...board, wifi: null });
  const waiting = board.outbox?.reports ?? 0;
  return (
    <li>
      <button type="button" class={`tile ${state}`} aria-pressed={isSelected} onClick={() => select(id)}>
        <LightDots board={board} />
        <span class="tile-text">
          <span class="tile-title">{board.title}</span>
          <span class={`state ${state}`}>{text}</span>
        </span>
        {waiting > 0 && (
          <span class="badge" role="img" aria-label={say.waits(waiting)} title={say.waits(waiting)}>
            {waiting}
          </span>
        )}
      </button>
    </li>
  );
}

/** Everything a tile depends on. */
function lookOf({ title, isOnline, sleep, faults, outbox, led, pixels }: BoardView): string {
  return JSON.stringify([title, isOnline, sleep?.isAsleep, faults, outbox?.reports, led, pixels]);
}
