export { default } from "typescript";
export { default as plugin } from "@rollup/plugin-typescript";
