/** A board that follows its files: which one runs, and what is wrong with the latest change. */

import { signal } from "@preact/signals";
import { chooseBoard } from "../state/server.ts";
import { isLive, site } from "../state/store.ts";
import { worded, words } from "../words/index.ts";

/** Why another board could not be chosen; empty if it could. */
const failure = signal("");

/** The head of the board's card. */
export function Edit() {
  const { edit } = site.value;
  if (edit === undefined) return null;
  const say = words.value.edit;
  const { board, boards, isBuilding } = edit;
  return (
    <section class="edit" aria-label={say.boardFile}>
      <label>
        <span class="quiet">{say.boardFile}</span>
        <select
          value={board}
          disabled={isBuilding || !isLive.value}
          onChange={({ currentTarget: { value } }) => {
            failure.value = "";
            chooseBoard(value).catch((error: unknown) => (failure.value = (error as Error).message));
          }}
        >
          {boards.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <span class={`quiet follows ${isBuilding ? "building" : ""}`} role="status">
        {isBuilding ? say.building : say.follows}
      </span>
    </section>
  );
}

/** The mistakes, over the page whatever it shows, until they are mended. */
export function EditBanner() {
  const { edit } = site.value;
  if (edit === undefined || !isLive.value) return null;
  const say = words.value.edit;
  const lines = edit.mistakes.length > 0 ? edit.mistakes.map(worded) : [failure.value].filter(Boolean);
  if (lines.length === 0) return null;
  return (
    <div class="banner mistakes" role="alert" tabIndex={0}>
      <div class="grow">
        <h2>{say.wrong}</h2>
        {lines.map((line) => (
          <p key={line} class="mono">
            {line}
          </p>
        ))}
        <p class="quiet">{say.goesOn}</p>
      </div>
    </div>
  );
}
