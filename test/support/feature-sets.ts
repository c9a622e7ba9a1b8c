/** The feature sets for tests of the protocol code: those of each shipped board, and some others. */

import { loadBoard } from "../../scripts/boards/index.ts";
import { featuresOf } from "../../scripts/compile/board-module.ts";
import { ALL_FEATURES, type Features } from "./features.ts";
import { SHIPPED } from "./shipped-boards.ts";

export interface FeatureSet {
  /** The boards with this set. */
  readonly name: string;
  readonly features: Features;
}

/** The features used by `src/mqtt`. */
const OF_PROTOCOL = [
  "lastingSession",
  "exactlyOnce",
  "retainedMessages",
  "ownValues",
] satisfies (keyof Features)[];

/** All features, a combination no shipped board has, and one set for all boards that are the same to `src/mqtt`. */
export const FEATURE_SETS: readonly [FeatureSet, ...FeatureSet[]] = [
  { name: "all", features: ALL_FEATURES },
  { name: "a lasting session without QoS 2", features: { ...ALL_FEATURES, exactlyOnce: false } },
  ...shippedSets(),
];

function shippedSets(): FeatureSet[] {
  const sets = new Map<string, FeatureSet>();
  for (const board of SHIPPED) {
    const features = featuresOf(loadBoard(board, { local: false }));
    const key = OF_PROTOCOL.map((name) => features[name]).join();
    const boards = sets.get(key)?.name;
    sets.set(key, { name: boards === undefined ? board : `${boards}, ${board}`, features });
  }
  return [...sets.values()];
}
