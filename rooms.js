/** The rooms of scripts/, and those that each may import: docs/architecture.md. */
export const ROOMS = /** @type {const} */ ({
  cli: [],
  boards: ["cli"],
  "virtual-board": ["cli"],
  compile: ["cli", "boards", "virtual-board"],
  flash: ["cli", "boards"],
  "local-onenet": ["cli", "boards"],
  devices: ["cli", "boards", "local-onenet"],
  stage: ["cli", "boards", "compile", "virtual-board", "local-onenet"],
  "web-console": ["cli", "boards", "compile", "virtual-board", "local-onenet", "stage"],
  bench: ["cli", "boards", "compile", "virtual-board", "local-onenet", "stage", "web-console"],
});
