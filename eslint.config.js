import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { ROOMS } from "./rooms.js";

/** What the protocol code may name: the language, and nothing of Espruino or Node. */
const LANGUAGE = Object.fromEntries(
  ["Array", "Boolean", "Error", "JSON", "Math", "NaN", "Number", "Object", "String", "Uint8Array", "DataView"]
    .concat(["Float32Array", "isNaN", "parseFloat", "parseInt", "undefined", "Infinity"])
    .map((name) => [name, /** @type {const} */ ("readonly")]),
);

/** Colours of a terminal, which the rooms' rule on imports has to say again. */
const COLOURS = {
  name: "picocolors",
  message: "Colours are those of scripts/cli/terminal.ts: it knows each stream.",
};

/** Keeps a room from importing rooms that are not on its list; test/rooms.test.ts also bars commands and circles. */
const WALLS = Object.entries(ROOMS).map(([room, allowed]) => {
  const barred = Object.keys(ROOMS).filter((name) => name !== room && !allowed.some((it) => it === name));
  return {
    files: [`scripts/${room}/**/*.{ts,tsx}`],
    ignores: ["scripts/cli/terminal.ts"],
    rules: {
      "no-restricted-imports": /** @type {["error", object]} */ ([
        "error",
        {
          paths: [COLOURS],
          patterns: [
            {
              regex: `^(\\.\\./)+(${barred.join("|")})/`,
              message: `scripts/${room} does not import this room: docs/architecture.md`,
            },
          ],
        },
      ]),
    },
  };
});

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "coverage/",
      "node_modules/",
      "boards/modules/",
      "test/scripts/compile/flatten/*/*.js",
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/restrict-plus-operands": ["error", { allowNumberAndString: true }],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      "@typescript-eslint/prefer-nullish-coalescing": "off",
      // These compare every type that is assigned, a quarter of the linter's time: there are hardly any classes, and a byte
      // from the wire becomes a member of an enum.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      // TypeScript's noPropertyAccessFromIndexSignature asks for the brackets.
      "@typescript-eslint/dot-notation": "off",
      "no-undef": "off", // TypeScript knows better, except below
      eqeqeq: ["error", "always"],
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["**/scripts/**", "node:*"], message: "The firmware imports nothing of the host." },
          ],
        },
      ],
      // Bytes are matched by regular expressions, and a byte from the network becomes a member of an enum.
      "no-control-regex": "off",
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      // There is no class and no `this`: every method is a closure.
      "@typescript-eslint/unbound-method": "off",
      // `as` says what is known of an index without a check that would cost bytes.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/no-require-imports": "off", // how Espruino's modules are had; not of ours
    },
  },
  {
    // Own code of boards, on the same interpreter.
    files: ["boards/*.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["src/mqtt/**/*.ts", "src/onenet/**/*.ts", "src/app/**/*.ts", "src/parts/**/*.ts"],
    languageOptions: { globals: LANGUAGE },
    rules: { "no-undef": "error" },
  },
  {
    files: ["src/mqtt/**/*.ts", "src/onenet/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: [
                "**/device/**",
                "**/app/**",
                "**/scripts/**",
                "node:*",
                "virtual:*",
                "!virtual:features",
              ],
              message:
                "Protocol code has no I/O: bytes, times and wishes in; bytes, messages and reasons out.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/device/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: [
                "**/scripts/**",
                "node:*",
                "**/app/*",
                "!**/app/link",
                "!**/app/sntp",
                "!**/app/station",
                "**/parts/*",
                "!**/parts/sensor",
              ],
              message:
                "Device code decides nothing: it has the interfaces of src/app and src/parts, and the time server's packets.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["scripts/*.ts"],
    rules: { "no-restricted-imports": ["error", { paths: [COLOURS] }] },
  },
  ...WALLS,
  {
    files: ["**/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
