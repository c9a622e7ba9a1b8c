/** What a board that sleeps has used. */

import type { BoardView } from "../../protocol.ts";
import { words } from "../words/index.ts";

export function Sleep({ board: { sleep } }: { readonly board: BoardView }) {
  const say = words.value;
  if (sleep === null || sleep.sleeps === 0) return null;
  const { sleeps, awake, asleep, radio, flashWrites } = sleep;
  return (
    <div class="group" data-sleeps={sleeps}>
      <h3>{say.sleep}</h3>
      <p class="quiet">
        {say.used(sleeps, seconds(awake), seconds(awake + asleep), seconds(radio), flashWrites)}
      </p>
    </div>
  );
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
