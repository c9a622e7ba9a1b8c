/** The page: header, banners, boards; the selected board, and beside it its data and its packets. */

import { useComputed, useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent } from "preact";
import { logIn } from "../state/server.ts";
import { boardIds, boardSignal, connection, selected, site } from "../state/store.ts";
import { isNarrow, isProjected, project, show, tab, tabs } from "../state/view.ts";
import { choose, language, LANGUAGES, worded, words, type Language } from "../words/index.ts";
import { Bell, ProblemBanner } from "./alerts.tsx";
import { SelectedBoard } from "./board.tsx";
import { Boards } from "./boards.tsx";
import { Edit, EditBanner } from "./edit.tsx";
import { FaultBanner } from "./faults.tsx";
import { loadPartCards, loadProjector, useLoaded } from "./later.ts";
import { Lines } from "./lines.tsx";
import { Values } from "./values.tsx";
import { Wire } from "./wire.tsx";

export function Page() {
  if (connection.value === "connecting")
    return <p class="quiet connecting">{words.value.connection.connecting}</p>;
  if (connection.value === "password")
    return (
      <>
        <Head />
        <Password />
      </>
    );
  return (
    <>
      {/* Hidden, not gone: what was typed there stays. */}
      <div hidden={isProjected.value}>
        <Screen />
      </div>
      {isProjected.value && <Projected />}
    </>
  );
}

function Projected() {
  const View = useLoaded(loadProjector)?.Projector;
  return View ? <View /> : null;
}

function Screen() {
  const chosen = tab.value;
  const hasBoard = !isNarrow.value || chosen === "board";
  return (
    <>
      <Head />
      <div class="banners">
        {connection.value === "lost" && (
          <p class="banner lost" role="alert">
            {words.value.connection.lost}
          </p>
        )}
        <EditBanner />
        <ProblemBanner />
        <FaultBanner />
      </div>
      <main inert={connection.value === "lost"} class={connection.value === "lost" ? "gone" : ""}>
        {boardIds.value.length !== 1 && hasBoard && <Boards />}
        <div class={`stage ${hasBoard ? "with-board" : ""}`}>
          {/* As above. */}
          <div class="column first" hidden={!hasBoard}>
            <Edit />
            <SelectedBoard />
          </div>
          <SecondColumn hasBoard={hasBoard} />
        </div>
      </main>
    </>
  );
}

/** The parts, and a tab. Nothing is drawn below cards that are still on their way: it would jump. */
function SecondColumn({ hasBoard }: { readonly hasBoard: boolean }) {
  const hasParts = useComputed(() => (boardSignal(selected.value)?.value.parts.length ?? 0) > 0).value;
  const hasCards = hasBoard && hasParts;
  const Cards = useLoaded(loadPartCards, hasCards)?.PartCards;
  if (hasCards && !Cards) return null;
  const chosen = tab.value;
  return (
    <div class="column second">
      {Cards && <Cards />}
      <Tabs />
      {chosen !== "board" && (
        <div class="column" role="tabpanel" id={`panel-${chosen}`} aria-labelledby={`tab-${chosen}`}>
          {chosen === "data" && (
            <>
              <Values />
              <Lines />
            </>
          )}
          {chosen === "wire" && <Wire />}
        </div>
      )}
    </div>
  );
}

function Tabs() {
  const say = words.value;
  const all = tabs.value;
  const chosen = tab.value;
  function move(event: TargetedKeyboardEvent<HTMLElement>): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = all[(all.indexOf(chosen) + step + all.length) % all.length];
    if (step === 0 || next === undefined) return;
    show(next);
    document.getElementById(`tab-${next}`)?.focus();
  }
  return (
    <div class="tabs" role="tablist" aria-label={say.views} onKeyDown={move}>
      {all.map((one) => (
        <button
          key={one}
          id={`tab-${one}`}
          type="button"
          role="tab"
          aria-selected={one === chosen}
          aria-controls={one === chosen && one !== "board" ? `panel-${one}` : undefined}
          tabIndex={one === chosen ? 0 : -1}
          onClick={() => show(one)}
        >
          {say.tab[one]}
        </button>
      ))}
    </div>
  );
}

function Head() {
  const say = words.value;
  const { title, address } = site.value;
  const state = connection.value;
  const ids = boardIds.value;
  const first = boardSignal(ids[0] ?? "")?.value;
  const isVirtual = first?.isVirtual === true;
  const server = first?.generation === "mqtt" ? say.localBroker : say.localOneNet;
  return (
    <header>
      <img src="icon.svg" alt="" width="32" height="32" />
      <div class="grow">
        <h1>
          {isVirtual ? say.virtualBoards(ids.length) : say.realBoards} <span aria-hidden="true">→</span>{" "}
          {server}
        </h1>
        <p class="quiet">
          <span class="promise">{isVirtual ? (IS_HERE ? say.staysHere : say.staysNear) : say.noCloud}</span>
          <button type="button" class="info" popovertarget="ports" aria-label={say.aboutPorts}>
            i
          </button>
        </p>
        <div id="ports" popover="auto">
          <strong>{worded(title)}</strong>
          <p class="mono">{worded(address)}</p>
        </div>
      </div>
      <span class={`state ${state === "open" ? "online" : "unknown"}`} role="status" data-connection={state}>
        {state === "lost" ? say.isUnknown : say.connection[state]}
      </span>
      {state !== "password" && (
        <button
          type="button"
          class="project"
          aria-label={say.projector}
          title={say.projectorHint}
          onClick={() => project(true)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M3 5h18M4 5v11h16V5M12 16v3M8 21l4-2 4 2" />
          </svg>
        </button>
      )}
      {state !== "password" && <Bell />}
      <select
        aria-label={say.language}
        value={language}
        onChange={({ currentTarget }) => choose(currentTarget.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </header>
  );
}

/** Whether the page's server runs on the computer that shows it. */
const IS_HERE = /^(localhost|127\..*|\[::1\])$/.test(location.hostname);

function Password() {
  const say = words.value;
  const password = useSignal("");
  const error = useSignal("");
  return (
    <main>
      <form
        class="panel password"
        onSubmit={(event) => {
          event.preventDefault();
          error.value = "";
          logIn(password.value).catch((reason: unknown) => (error.value = (reason as Error).message));
        }}
      >
        <label for="password">{say.password.label}</label>
        <input
          id="password"
          type="password"
          autocomplete="current-password"
          value={password}
          onInput={({ currentTarget }) => (password.value = currentTarget.value)}
        />
        <p class="quiet">{say.password.hint}</p>
        <button type="submit" class="primary">
          {say.password.send}
        </button>
        <p class="bad" role="alert">
          {error.value}
        </p>
      </form>
    </main>
  );
}
