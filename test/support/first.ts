/** The order of test files. */

import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * A sequencer that lets some files go first, so that no worker is alone with a long one at the end.
 * @param names of the files, without `test/` and `.test.ts`, in order
 */
export function first(names: readonly string[]): typeof BaseSequencer {
  const ends = names.map((name) => `/test/${name}.test.ts`);
  const rank = ({ moduleId }: TestSpecification) => {
    const index = ends.findIndex((end) => moduleId.endsWith(end));
    return index < 0 ? ends.length : index;
  };
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    }
  };
}
