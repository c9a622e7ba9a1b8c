/** The rooms of scripts/, and those that each may import: docs/architecture.md. */
export const ROOMS = /** @type {const} */ ({
  cli: [],
  net: [],
  boards: ["cli"],
  "virtual-board": ["net"],
  compile: ["cli", "boards", "virtual-board"],
  flash: ["cli", "boards"],
  "local-onenet": ["cli", "net", "boards"],
  devices: ["cli", "net", "boards", "local-onenet"],
  stage: ["cli", "boards", "compile", "virtual-board", "local-onenet"],
  "web-console": ["cli", "net", "boards", "compile", "virtual-board", "local-onenet", "stage"],
  bench: ["cli", "boards", "compile", "virtual-board", "local-onenet", "stage", "web-console"],
});
