import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** What the protocol code may name: the language, and nothing of Espruino or Node. */
const LANGUAGE = Object.fromEntries(
  ["Array", "Boolean", "Error", "JSON", "Math", "NaN", "Number", "Object", "String", "Uint8Array", "DataView"]
    .concat(["Float32Array", "isNaN", "parseFloat", "parseInt", "undefined", "Infinity"])
    .map((name) => [name, "readonly"]),
);

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "node_modules/"] },
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
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/prefer-nullish-coalescing": "off",
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
      // On the chip a const enum is a number; that is what they are for.
      "@typescript-eslint/no-unnecessary-condition": "error",
    },
  },
  {
    files: ["src/mqtt/**/*.ts", "src/onenet/**/*.ts", "src/app/**/*.ts"],
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
              group: ["**/device/**", "**/app/**", "**/scripts/**", "node:*", "virtual:*"],
              message:
                "Protocol code has no I/O: bytes, times and wishes in; bytes, messages and reasons out.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
