/** A board that follows its files: which one runs, and what is wrong with the latest change. */

import { useSignal } from "@preact/signals";
import { chooseBoard } from "../state/server.ts";
import { isLive, site } from "../state/store.ts";
import { words } from "../words/index.ts";

export function Edit() {
  const { edit } = site.value;
  const failure = useSignal("");
  if (edit === undefined) return null;
  const say = words.value.edit;
  const { board, boards, isBuilding, mistakes } = edit;
  return (
    <section class="edit" aria-label={say.boardFile}>
      <label>
        {say.boardFile}{" "}
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
      </label>{" "}
      <span class="quiet" role="status">
        {isBuilding ? say.building : say.follows}
      </span>
      {(mistakes.length > 0 || failure.value !== "") && (
        <div class="alert fault" role="alert">
          <div class="grow">
            <h2>{say.wrong}</h2>
            {(mistakes.length > 0 ? mistakes : [failure.value]).map((line) => (
              <p key={line} class="mono">
                {line}
              </p>
            ))}
            <p>{say.goesOn}</p>
          </div>
        </div>
      )}
    </section>
  );
}
