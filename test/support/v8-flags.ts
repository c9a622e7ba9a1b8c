/** V8's flags for what runs the tests: most of it runs only a few times, so that optimizing it hardly pays. */

const isNode20 = process.versions.node.startsWith("20.");

export const V8_FLAGS: readonly string[] = [
  "--max-semi-space-size=64", // in MB: much garbage is young, and collecting it took a third of the time
  // Bytes of bytecode that a function runs before it is optimized. The default, 67584, takes a tenth longer. Later
  // versions of Node have no such flag, and optimize later by themselves.
  ...(isNode20 ? ["--interrupt-budget=500000"] : []),
];
