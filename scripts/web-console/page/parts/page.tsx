/** The page: header, alerts, boards, data streams and packets. */

import { useSignal } from "@preact/signals";
import { logIn } from "../state/server.ts";
import { boardIds, connection, site } from "../state/store.ts";
import { choose, language, LANGUAGES, words, type Language } from "../words/index.ts";
import { Alerts } from "./alerts.tsx";
import { SelectedBoard } from "./board.tsx";
import { Boards } from "./boards.tsx";
import { PartCards } from "./part-cards.tsx";
import { Plots } from "./plots.tsx";
import { Wire } from "./wire.tsx";

export function Page() {
  return (
    <>
      <Head />
      {connection.value === "password" ? (
        <Password />
      ) : (
        <main>
          <Alerts />
          {boardIds.value.length !== 1 && <Boards />}
          <PartCards />
          <div class="columns">
            <div class="column">
              <SelectedBoard />
            </div>
            <div class="column wide">
              <Plots />
              <Wire />
            </div>
          </div>
        </main>
      )}
    </>
  );
}

function Head() {
  const say = words.value;
  const { title, address } = site.value;
  const state = connection.value;
  return (
    <header>
      <img src="icon.svg" alt="" width="28" height="28" />
      <div class="grow">
        <h1>{title || "onenet-espruino"}</h1>
        <p class="quiet">{address}</p>
      </div>
      <span class={`state ${state === "open" ? "good" : "off"}`} role="status" data-connection={state}>
        {say.connection[state]}
      </span>
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
