/** Shared by suite and studio: a device's own `$sys` tree and the access rules for it. */

import { english } from "../cli/language.ts";
import type { DeviceRecord } from "./devices.ts";
import type { Broken, Generation } from "./generation.ts";
import { printable } from "./text.ts";
import { filterMatches, filtersMeet } from "./topics.ts";

/** Longest topic in bytes, and most levels. */
const MAXIMUM_TOPIC = { bytes: 512, levels: 8 } as const;

/** The topics of a generation, below `$sys/<product>/<device>/`; `+` stands for an id. */
export interface SysTopics {
  /** Most topics a device may subscribe to. */
  readonly most: number;
  /** What devices may publish to. */
  readonly up: readonly string[];
  /** What devices may subscribe to, with wildcards too. */
  readonly down: readonly string[];
}

/** The common prefix of a device's topics. */
export function treeOf({ product, device }: DeviceRecord): string {
  return `$sys/${product}/${device}/`;
}

/**
 * The shared rules for topics, QoS and flags. Breaking one ends the connection.
 * @param prefixOf the common prefix of the topics
 */
export function sysRules(
  { most, up, down }: SysTopics,
  prefixOf: (record: DeviceRecord) => string = treeOf,
): Pick<Generation, "checkMessage" | "checkSubscription" | "maximumSubscriptions"> {
  return {
    maximumSubscriptions: 8,
    checkMessage(record, { topic, qos, retain }) {
      const tree = prefixOf(record);
      if (qos > 1) return { rule: "qos", detail: english`QoS ${qos}, to "${printable(topic)}"`, cuts: true };
      if (retain) {
        return {
          rule: "retain",
          detail: english`a message to "${printable(topic)}" is retained`,
          cuts: true,
        };
      }
      const isOwn = topic.startsWith(tree) && up.some((one) => filterMatches(one, topic.slice(tree.length)));
      return isOwn ? undefined : { rule: "own-topic", detail: `"${printable(topic, 160)}"`, cuts: true };
    },
    checkSubscription(record, filter, filters) {
      const broken: Broken = { rule: "own-notice", detail: `"${printable(filter, 160)}"` };
      if (!isWellFormed(filter)) return { ...broken, cuts: true };
      const tree = prefixOf(record);
      if (!filter.startsWith(tree)) return broken;
      if (!down.some((one) => filtersMeet(one, filter.slice(tree.length)))) return broken;
      if (!filters.has(filter) && filters.size >= most) {
        return { rule: "subscribe-count", detail: english`"${printable(filter)}" would be one more` };
      }
      return undefined;
    },
  };
}

function isWellFormed(filter: string): boolean {
  return (
    /^[\w/+#$-]+$/.test(filter) &&
    filter.length <= MAXIMUM_TOPIC.bytes &&
    filter.split("/").length <= MAXIMUM_TOPIC.levels
  );
}
