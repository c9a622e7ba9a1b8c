import { expect, it } from "vitest";
import { nearestFirst } from "../../../scripts/compile/nearest-first.ts";

it("declares first what the listener needs, then what that needs, then the rest", () => {
  const script =
    'let A=2,B=()=>{print(A)},C=require("net"),D=[],E=()=>{F()};setup();let F=()=>{D.push(G)},G;C.on("data",()=>{E(),B()});';
  expect(nearestFirst(script)?.code).toBe(
    'let E=()=>{F()},B=()=>{print(A)},F=()=>{D.push(G)},A=2,D=[],G;let C=require("net");setup();C.on("data",()=>{E(),B()});',
  );
});

it("leaves what does something where it is", () => {
  const script = 'let A=read(),D=1,B=A+D,C=[B];s.on("data",()=>{C.push(B)});';
  expect(nearestFirst(script)?.code).toBe('let D=1;let A=read(),B=A+D,C=[B];s.on("data",()=>{C.push(B)});');
});

it("has nothing to do where there is no listener", () => {
  expect(nearestFirst("let A=1;print(A);")).toBeUndefined();
});
