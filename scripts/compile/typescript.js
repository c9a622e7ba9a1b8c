/**
 * TypeScript and Rollup's plugin, loaded as CommonJS: an `import` of a CommonJS package makes Node search all its text for
 * what it exports, and TypeScript's 9 MB take a third of a second.
 */

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export default require("typescript");
/** Rollup's plugin. */
export const plugin = /** @type {typeof import("@rollup/plugin-typescript").default} */ (
  require("@rollup/plugin-typescript")
);
