/** The topics as a tree, each with the last value published to it. */

import { useMemo } from "preact/hooks";
import type { Packet } from "../../protocol.ts";
import { messageOf, treeOf, type Branch } from "../state/messages.ts";
import { words } from "../words/index.ts";

interface Props {
  /** Oldest first. */
  readonly packets: readonly Packet[];
  readonly chosen: Packet | undefined;
  readonly choose: (packet: Packet) => void;
}

export function Topics({ packets, chosen, choose }: Props) {
  const say = words.value;
  const root = useMemo(() => treeOf(packets), [packets]);
  return (
    <div class="packets mono topics" role="region" tabIndex={0} aria-label={say.topics}>
      {root.branches.size === 0 ? (
        <p class="quiet">{say.noTopics}</p>
      ) : (
        <Branches of={root} chosen={chosen} choose={choose} />
      )}
    </div>
  );
}

function Branches({ of, chosen, choose }: Omit<Props, "packets"> & { readonly of: Branch }) {
  return (
    <ul>
      {[...of.branches.values()].map((branch) => (
        <Level key={branch.name} branch={branch} chosen={chosen} choose={choose} />
      ))}
    </ul>
  );
}

function Level({ branch, chosen, choose }: Omit<Props, "packets"> & { readonly branch: Branch }) {
  const say = words.value;
  // Levels that lead to a single one stand in its line.
  let end = branch;
  const names = [end.name];
  while (end.last === undefined && end.branches.size === 1) {
    const [next] = end.branches.values();
    if (!next) break;
    names.push(next.name);
    end = next;
  }
  const { last } = end;
  const name = names.join("/");
  const message = last && messageOf(last);
  return (
    <li>
      {last ? (
        <button
          type="button"
          class="topic-row"
          aria-pressed={chosen !== undefined && messageOf(chosen)?.topic === end.path}
          title={say.messages(end.count)}
          onClick={() => choose(last)}
        >
          <span class="topic-name">{name}</span>
          <span class="topic-value">
            {message &&
              (message.values.map((pair) => pair.join(" ")).join(" · ") || message.text).slice(0, 200)}
          </span>
          <span class="quiet">{end.count}</span>
        </button>
      ) : (
        <span class="topic-name quiet">{name}</span>
      )}
      {end.branches.size > 0 && <Branches of={end} chosen={chosen} choose={choose} />}
    </li>
  );
}
