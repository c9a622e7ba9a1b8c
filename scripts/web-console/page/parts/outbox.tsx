/** How full a board's outbox is. */

import type { BoardView } from "../../protocol.ts";
import { words } from "../words/index.ts";

export function Outbox({ board: { outbox } }: { readonly board: BoardView }) {
  const say = words.value;
  if (outbox === null) return null;
  const { reports, bytes, limit, lost } = outbox;
  const text = reports === 0 ? say.outboxEmpty : say.waiting(reports, bytes, limit);
  return (
    <div class="group" data-waiting={reports}>
      <h3>{say.outbox}</h3>
      <div
        class="meter"
        role="meter"
        aria-label={say.outbox}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(bytes, limit)}
        aria-valuetext={text}
      >
        <div style={{ width: `${Math.min(100, (bytes / limit) * 100)}%` }} />
      </div>
      <p class="quiet">
        {text}
        {lost > 0 && <span class="bad"> · {say.lost(lost)}</span>}
      </p>
    </div>
  );
}
