/** A number to set, with a slider and a field. */

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

interface Props {
  /** For screen readers. */
  readonly label: string;
  /** Of one among several sensors. */
  readonly number?: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly unit: string;
  /** The value now; undefined while unknown. */
  readonly value: number | undefined;
  /** Whether each step of the slider counts, not only the last. */
  readonly isLive?: boolean;
  /** Resolves once it was taken or refused. */
  readonly set: (value: number) => Promise<void>;
}

/** How long the news of a value takes at most after it was taken, in ms. */
const NEWS = 150;

export function Amount({ label, number, least, most, step, unit, value, isLive = false, set }: Props) {
  /** The value chosen, until the board has it. */
  const draft = useSignal<number | undefined>(undefined);
  /** Counts the values chosen. */
  const chosen = useRef(0);
  const current = draft.value ?? value;
  const range = { min: least, max: most, step };

  function choose(next: number, isLast: boolean): void {
    if (isNaN(next)) return;
    const own = ++chosen.current;
    draft.value = Math.min(most, Math.max(least, next));
    if (!isLast && !isLive) return;
    void set(draft.value).then(() =>
      setTimeout(() => {
        if (isLast && own === chosen.current) draft.value = undefined;
      }, NEWS),
    );
  }

  return (
    <div class={`amount ${number === undefined ? "" : "numbered"}`}>
      {number !== undefined && <span class="quiet">{number}</span>}
      <input
        type="range"
        aria-label={label}
        {...range}
        value={current ?? least}
        onInput={({ currentTarget }) => choose(currentTarget.valueAsNumber, false)}
        onChange={({ currentTarget }) => choose(currentTarget.valueAsNumber, true)}
      />
      <label class="number">
        <input
          type="number"
          aria-label={unit === "" ? label : `${label}, ${unit}`}
          min={least}
          max={most}
          step="any"
          value={current ?? ""}
          onChange={({ currentTarget }) => choose(currentTarget.valueAsNumber, true)}
        />
        {unit}
      </label>
    </div>
  );
}
