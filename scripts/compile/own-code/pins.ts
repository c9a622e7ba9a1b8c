/** Finds uses of pins in own code that the chip cannot do, or does differently from how they read. */

import ts from "../typescript.js";
import type { Board, Chip } from "../../boards/board.ts";
import { barred, CHIPS, listPins, missing, analogPin } from "../../boards/chips.ts";
import { createConstants, type Constants } from "./constants.ts";
import { checkPwm, type PwmUse } from "./pwm.ts";
import { visitReachable } from "./reachable.ts";
import type { Remark } from "./remark.ts";
import { t } from "../../cli/language.ts";

/** Everything to report about a file of own code. */
export function checkFile(file: ts.SourceFile, checker: ts.TypeChecker, board: Board): Remark[] {
  const remarks: Remark[] = [];
  const uses: PwmUse[] = [];
  const constants = createConstants(checker, board.chip);
  const check = createChecks(board.chip, constants, remarks, uses);
  visitReachable(file, constants, (node) => {
    if (ts.isCallExpression(node)) check.call(node);
    else if (ts.isNewExpression(node)) check.creation(node);
    if (isSetSntp(node)) remarks.push({ node, isError: true, message: NO_SNTP });
  });
  return [...remarks, ...checkPwm(board, uses)].sort((a, b) => a.node.getStart() - b.node.getStart());
}

const NO_SNTP = t`Wifi.setSNTP sets the clock under running timers on an ESP32, gets no answer on C3 and S3, and ends the program when it is called twice; write "time": {} in the board file instead, and the firmware keeps the time`;

/** Advice for a comparison with the level of an inverted pin. */
const AS_AT_REST = t`compare it with what the pin reads at rest, as boards/esp32-devkit-button.ts does`;

type Need = "drive" | "read" | "watch";

function createChecks(chip: Chip, constants: Constants, remarks: Remark[], uses: PwmUse[]) {
  const facts = CHIPS[chip];
  const { of, pin: pinOf, origin, member } = constants;

  /** How the pin of each interpreter function is checked; it is the first argument, unless noted. */
  const FUNCTIONS: Readonly<Record<string, (call: ts.CallExpression) => void>> = {
    digitalRead: (call) => eachPin(call, (pin, node) => read(call, pin, node)),
    digitalWrite: (call) => eachPin(call, write),
    digitalPulse: (call) => eachPin(call, write),
    analogRead: (call) => eachPin(call, readAnalog),
    analogWrite: (call) => eachPin(call, (pin, node) => writeAnalog(call, pin, node)),
    pinMode: (call) => eachPin(call, (pin, node) => setMode(call.arguments[1], pin, node)),
    setWatch: (call) => eachPin(call, (pin, node) => watch(call, pin, node), 1),
  };

  /** The same for a pin's methods. */
  const METHODS: Readonly<Record<string, (call: ts.CallExpression, pin: number, node: ts.Node) => void>> = {
    read,
    write: (_, pin, node) => write(pin, node),
    set: (_, pin, node) => write(pin, node),
    reset: (_, pin, node) => write(pin, node),
    toggle: (_, pin, node) => write(pin, node),
    mode: (call, pin, node) => setMode(call.arguments[0], pin, node),
  };

  /** The same for modules. */
  const MODULES: Readonly<Record<string, (call: ts.CallExpression, method: string) => void>> = {
    neopixel: (call) => eachPin(call, (pin, node) => light(pin, node)),
    DHT11: (call) => eachPin(call, both),
    DHT22: (call) => eachPin(call, both),
  };

  function call(node: ts.CallExpression): void {
    const { expression } = node;
    if (ts.isIdentifier(expression)) {
      if (Object.hasOwn(FUNCTIONS, expression.text) && constants.isGlobal(expression))
        FUNCTIONS[expression.text]?.(node);
    } else if (ts.isPropertyAccessExpression(expression)) {
      const { expression: object, name } = expression;
      const module = moduleOf(object);
      if (module !== undefined) MODULES[module]?.(node, name.text);
      else if (Object.hasOwn(METHODS, name.text) && typeof of(object) === "number")
        withPin(object, (pin) => METHODS[name.text]?.(node, pin, object));
    }
  }

  function creation({ expression, arguments: [pin] = [] as never }: ts.NewExpression): void {
    if (ts.isIdentifier(expression) && expression.text === "OneWire" && pin)
      withPin(pin, (number) => void can("drive", number, pin, "OneWire"));
  }

  /** The name of the module that an expression is. */
  function moduleOf(node: ts.Expression): string | undefined {
    const found = origin(node);
    if (!ts.isCallExpression(found) || found.expression.getText() !== "require") return undefined;
    const [name] = found.arguments;
    return name && ts.isStringLiteralLike(name) ? name.text : undefined;
  }

  /** Checks each known pin of an argument: one pin, or a list of them. */
  function eachPin(
    { arguments: given }: ts.CallExpression,
    check: (pin: number, node: ts.Node) => void,
    index = 0,
  ): void {
    const argument = given[index];
    if (!argument) return;
    const list = origin(argument);
    for (const node of ts.isArrayLiteralExpression(list) ? list.elements : [argument])
      withPin(node, (pin) => check(pin, node));
  }

  function withPin(node: ts.Expression, check: (pin: number) => void): void {
    const pin = pinOf(node);
    if (pin === undefined) return;
    const fault = missing(chip, pin);
    if (fault === undefined) check(pin);
    else error(node, t`${nameOf(pin)} ${fault}; choose another pin`);
  }

  /** Whether the pin can do this; reports it if not. */
  function can(need: Need, pin: number, node: ts.Node, who: string): boolean {
    const { dead, flash, inputOnly, unwatched } = facts;
    const bars = {
      read: [dead],
      drive: [dead, flash, inputOnly],
      watch: [dead, flash, unwatched],
    }[need];
    const fault = barred(chip, pin, bars);
    if (fault === undefined) return true;
    const advice = dead.pins.includes(pin)
      ? t`choose a pin below ${dead.pins[0] ?? 0}`
      : t`choose another pin`;
    error(node, `${who}: ${nameOf(pin)} ${fault}; ${advice}`);
    return false;
  }

  function read(call: ts.CallExpression, pin: number, node: ts.Node): void {
    if (can("read", pin, node, "digitalRead") && isInverted(pin) && isFixed(call))
      warn(node, t`${turned(pin)}: a pressed button reads 1; ${AS_AT_REST}`);
  }

  function write(pin: number, node: ts.Node): void {
    if (can("drive", pin, node, "digitalWrite") && isInverted(pin))
      warn(node, t`${turned(pin)}: 1 makes it low; write the opposite`);
  }

  function watch({ arguments: [, , options] }: ts.CallExpression, pin: number, node: ts.Node): void {
    if (!can("watch", pin, node, "setWatch") || !isInverted(pin)) return;
    const edge = options && member(options, "edge");
    const fixed = edge && of(edge);
    if (fixed !== undefined && fixed !== "both" && fixed !== 0)
      warn(
        node,
        t`${turned(pin)}: a pressed button reads 1, and rising is when it is pressed; watch both edges, and ${AS_AT_REST}`,
      );
  }

  function readAnalog(pin: number, node: ts.Node): void {
    const known = facts.analog.map((each) => analogPin(chip, each));
    if (known.includes(pin)) return;
    const names = known.some((each) => each === facts.names["A0"]) ? "A0" : listPins(known);
    error(
      node,
      names === ""
        ? t`analogRead: ${nameOf(pin)} gives NaN on ${facts.title}; Espruino 2v29 reads no analogue pin there`
        : t`analogRead: ${nameOf(pin)} gives NaN on ${facts.title}; choose one of ${names}`,
    );
  }

  function writeAnalog(call: ts.CallExpression, pin: number, node: ts.Node): void {
    const [, level, options] = call.arguments;
    const isSoft = options !== undefined && flag(options, "soft");
    const { flash, inputOnly, dac } = facts;
    const fault = barred(chip, pin, [flash, inputOnly, ...(isSoft ? [facts.dead] : [])]);
    if (fault !== undefined) return error(node, t`analogWrite: ${nameOf(pin)} ${fault}; choose another pin`);
    if (dac.pins.includes(pin)) {
      if (isBelowOne(level)) return;
      const bar = barred(chip, pin, [dac]) ?? "";
      return error(
        node,
        t`analogWrite: ${nameOf(pin)} ${bar}; choose another pin, or for a voltage keep the level below 1: Math.min(level, 0.99)`,
      );
    }
    if (isInverted(pin)) warn(node, t`${turned(pin)}: level 1 makes it low; write 1 - level`);
    if (isSoft && !facts.pwm.isSoftware) return;
    const frequency = options && member(options, "freq");
    uses.push({ pin, node, frequency: frequency && { node: frequency, value: of(frequency) } });
  }

  function setMode(given: ts.Expression | undefined, pin: number, node: ts.Node): void {
    const mode = given && of(given);
    if (!given || typeof mode !== "string" || mode === "auto") return;
    const quoted = JSON.stringify(mode);
    const isAnalogPin = facts.names["A0"] === pin;
    if (mode === "analog" && isAnalogPin) return; // nothing happens
    const refusal = Object.hasOwn(facts.modes, mode) ? facts.modes[mode] : undefined;
    const advice = mode === "analog" ? t`leave it out: analogRead needs none` : t`choose another mode`;
    if (refusal !== undefined)
      return error(given, t`pinMode: ${quoted} ${refusal} on ${facts.title}; ${advice}`);
    const isOutput = /output|opendrain/.test(mode);
    if (!can(isOutput ? "drive" : "read", pin, node, "pinMode")) return;
    if (mode.includes("_pull") && facts.inputOnly.pins.includes(pin))
      error(
        given,
        t`pinMode: ${nameOf(pin)} has no resistor inside on ${facts.title}; put one of 10 kΩ between it and 3.3 V or GND, and write "input"`,
      );
    else if (mode.includes("opendrain") && isInverted(pin))
      error(given, t`pinMode: ${turned(pin)}, and cannot be open drain; choose another pin`);
    else if (chip === "esp8266" && pin === 16 && mode !== "input" && mode !== "output")
      error(given, t`pinMode: D16 can only be "input" or "output" on ${facts.title}; choose one of them`);
  }

  function both(pin: number, node: ts.Node): void {
    if (can("drive", pin, node, t`this sensor`)) can("watch", pin, node, t`this sensor`);
  }

  function light(pin: number, node: ts.Node): void {
    const { flash, inputOnly, unfit } = facts;
    const fault = barred(chip, pin, [flash, inputOnly, ...(unfit.ws2812 ? [unfit.ws2812] : [])]);
    if (fault !== undefined) error(node, t`neopixel: ${nameOf(pin)} ${fault}; choose another pin`);
  }

  /** Whether an option is switched on. */
  function flag(options: ts.Expression, name: string): boolean {
    const value = member(options, name);
    return value !== undefined && Boolean(of(value));
  }

  function isBelowOne(level: ts.Expression | undefined): boolean {
    const found = level && origin(level);
    if (!found) return false;
    const value = of(found);
    if (typeof value === "number") return value < 1;
    return (
      ts.isCallExpression(found) &&
      found.expression.getText() === "Math.min" &&
      found.arguments.some((argument) => Number(of(argument) ?? 1) < 1)
    );
  }

  /** Whether the result of a call is used as high or low. */
  function isFixed(node: ts.Expression): boolean {
    const { parent } = node;
    if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)) return isFixed(parent);
    if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
    if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === node;
    if (ts.isConditionalExpression(parent)) return parent.condition === node;
    if (!ts.isBinaryExpression(parent)) return false;
    const { left, right, operatorToken } = parent;
    if (/^(&&|\|\|)$/.test(operatorToken.getText())) return left === node;
    return /^[!=]==?$/.test(operatorToken.getText()) && of(left === node ? right : left) !== undefined;
  }

  const isInverted = (pin: number) => facts.inverted.includes(pin);
  const turned = (pin: number) => t`${nameOf(pin)} is inverted on ${facts.title}`;
  const nameOf = (pin: number) => (facts.names["A0"] === pin ? "A0" : `D${pin}`);
  const error = (node: ts.Node, message: string) => void remarks.push({ node, isError: true, message });
  const warn = (node: ts.Node, message: string) => void remarks.push({ node, isError: false, message });

  return { call, creation };
}

function isSetSntp(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === "setSNTP";
  return (
    ts.isElementAccessExpression(node) &&
    ts.isStringLiteralLike(node.argumentExpression) &&
    node.argumentExpression.text === "setSNTP"
  );
}
