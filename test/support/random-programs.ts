/** Small programs by chance, made of what the optimizer looks for: parts, objects, copies, constants, shadowed names. */

/** A number below `below`, or one of a list. */
export interface Chance {
  readonly below: (below: number) => number;
  readonly of: <T>(list: readonly T[]) => T;
}

/** The same numbers for the same seed (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return { below, of: (list) => list[below(list.length)] as (typeof list)[number] };
}

/** What a name means. */
interface Meaning {
  readonly name: string;
  readonly kind: "number" | "variable" | "function" | "object";
  /** Of a function: its parameters; of an object: those of each member that is one, and -1 for each value. */
  readonly parameters?: number;
  readonly members?: Readonly<Record<string, number>>;
}

/** Few, so that they shadow each other. */
const NAMES = ["a", "b", "n", "f", "make", "o", "say", "Math"];
const MEMBERS = ["a", "n", "go", "say"];
const LITERALS = ["0", "1", "7", "true", "false", "undefined", '"x"', '""'];
const MOST_STATEMENTS = 6;
const DECLARATIONS = ["number", "variable", "function", "object", "copy", "part"];

/**
 * A program that prints numbers and texts, ends, and declares everything above its use: Espruino does not hoist.
 */
export function randomProgram({ below, of }: Chance): string {
  const maybe = (percent: number) => below(100) < percent;
  /** Calls that may still be written: each may run many others. */
  let calls = 14;

  function block(outer: readonly Meaning[], depth: number, canReturn: boolean): string {
    const scope: Meaning[] = [];
    const lines: string[] = [];
    for (let i = 1 + below(depth > 0 ? 4 : MOST_STATEMENTS + 2); i > 0; i--) {
      const known = () => [...outer.filter(({ name }) => !scope.some((own) => own.name === name)), ...scope];
      lines.push(statement(known, scope, lines, depth, canReturn));
    }
    return lines.join("\n");
  }

  function statement(
    visible: () => Meaning[],
    scope: Meaning[],
    above: readonly string[],
    depth: number,
    canReturn: boolean,
  ): string {
    const free = NAMES.filter((name) => !above.some((line) => new RegExp(`\\b${name}\\b`).test(line)));
    const kinds = ["print", "print", "call", "assign", "if", "if", "loop", "switch", "sequence"];
    if (free.length > 0)
      kinds.push(
        "number",
        "variable",
        "function",
        "function",
        "function",
        "object",
        "object",
        "copy",
        "part",
      );
    if (canReturn) kinds.push("return");
    const kind = of(kinds);
    const isDeclaration = DECLARATIONS.includes(kind);
    const name = of(free.length > 0 ? free : NAMES);
    /** A declaration may not use what it declares: neither before it has a value, nor for ever. */
    const known = () => visible().filter((each) => !isDeclaration || each.name !== name);
    const value = (size = 2) => expression(known(), size);
    const declare = (meaning: Omit<Meaning, "name">, text: string) => {
      scope.push({ ...meaning, name });
      return text;
    };
    switch (kind) {
      case "number":
        return declare({ kind: "number" }, `const ${name} = ${value()};`);
      case "variable":
        return declare({ kind: "variable" }, maybe(20) ? `let ${name};` : `let ${name} = ${value()};`);
      case "copy": {
        const original = of([...known(), { name: "undefined", kind: "number" } as const]);
        const kind = original.kind === "variable" ? "number" : original.kind;
        return declare({ ...original, kind }, `const ${name} = ${original.name};`);
      }
      case "function": {
        const parameters = below(3);
        return declare({ kind: "function", parameters }, functionText(name, parameters, known(), depth));
      }
      case "object": {
        const members: Record<string, number> = {};
        const texts = MEMBERS.filter(() => maybe(60)).map((key) => {
          if (maybe(50)) {
            members[key] = -1;
            return `${key}: ${value()}`;
          }
          const parameters = (members[key] = below(3));
          if (maybe(10) && members["n"] === -1) return `${key}(${list(parameters)}) { return this.n; }`;
          return `${key}${maybe(50) ? "" : ": function "}(${list(parameters)}) { ${body(parameters, known(), depth)} }`;
        });
        return declare({ kind: "object", members }, `const ${name} = { ${texts.join(", ")} };`);
      }
      case "part": {
        const members = { next: 1, n: 0 };
        const text = `const ${name} = ((parts) => { let count = ${below(3)}; function next(step) { count += step; parts.say(count); if (parts.none) parts.none(); return count; } return { next, n: () => count }; })({ say: (x) => ${maybe(50) ? "print(x)" : "x"} });`;
        return declare({ kind: "object", members }, text);
      }
      case "assign": {
        const target = of([
          "",
          ...known()
            .filter((each) => each.kind === "variable")
            .map((each) => each.name),
        ]);
        if (!target) return `print(${value()});`;
        return of([`${target} = ${value()};`, `${target} += ${value(1)};`, `${target}++;`]);
      }
      case "call": {
        const call = callText(known(), 1);
        return maybe(50) ? `${call};` : `print(${call}, ${value(1)});`;
      }
      case "if":
        return (
          `if (${condition(known())}) {\n${block(known(), depth + 1, canReturn)}\n}` +
          (maybe(50) ? ` else {\n${block(known(), depth + 1, canReturn)}\n}` : "")
        );
      case "loop": {
        if (depth > 1) return `print(${value()});`;
        const inner: Meaning = { name: "i", kind: "number" };
        return maybe(50)
          ? `for (let i = 0; i < ${1 + below(2)}; i++) {\n${block([...known(), inner], depth + 1, canReturn)}\n}`
          : `print([1, 2].map((i) => ${expression([...known(), inner], 1)}).join());`;
      }
      case "switch":
        return `switch (${value(1)}) {\ncase ${below(2)}: {\n${block(known(), depth + 1, canReturn)}\n${maybe(70) ? "break;" : ""}}\ncase "x":\n${callText(known(), 1)};\nbreak;\ndefault:\nprint(${value(1)});\n}`;
      case "return":
        return maybe(30) ? "return;" : `return ${value()};`;
      case "sequence":
        return `print(${value(1)}, ${value(1)}), ${value(1)};`;
      default:
        return `print(${value()});`;
    }
  }

  const list = (parameters: number) => ["p", "q"].slice(0, parameters).join(", ");

  function body(parameters: number, known: readonly Meaning[], depth: number): string {
    const own = ["p", "q"]
      .slice(0, parameters)
      .map((name): Meaning => ({ name, kind: maybe(20) ? "variable" : "number" }));
    return depth > 1
      ? `return ${expression([...known, ...own], 2)};`
      : block([...known, ...own], depth + 1, true);
  }

  function functionText(name: string, parameters: number, known: readonly Meaning[], depth: number): string {
    const own = ["p", "q"].slice(0, parameters).map((each): Meaning => ({ name: each, kind: "number" }));
    switch (below(4)) {
      case 0:
        return `const ${name} = (${list(parameters)}) => ${expression([...known, ...own], 2)};`;
      case 1:
        return `const ${name} = (${list(parameters)}) => { ${body(parameters, known, depth)} };`;
      case 2:
        return `const ${name} = function (${list(parameters)}) { ${maybe(8) ? "print(arguments.length);" : ""}${body(parameters, known, depth)} };`;
      default:
        return `function ${name}(${list(parameters)}) { ${body(parameters, known, depth)} }`;
    }
  }

  function callText(known: readonly Meaning[], size: number): string {
    const functions = known.filter(({ kind }) => kind === "function" || kind === "object");
    if (functions.length === 0 || calls <= 0) return `String(${expression(known, size - 1)})`;
    const called = of(functions);
    const given = (parameters: number) =>
      Array.from({ length: Math.max(0, parameters + (maybe(10) ? 1 : 0) - (maybe(10) ? 1 : 0)) }, () =>
        maybe(40) ? of(LITERALS) : expression(known, size - 1),
      ).join(", ");
    if (called.kind === "function") {
      calls--;
      return `${called.name}(${given(called.parameters ?? 0)})`;
    }
    const [member] = Object.entries(called.members ?? {}).filter(([, parameters]) => parameters >= 0);
    if (!member) return `${called.name}.none`;
    calls--;
    return `${called.name}.${member[0]}(${given(member[1])})`;
  }

  function condition(known: readonly Meaning[]): string {
    const { name, kind } = of([...known, { name: of(LITERALS), kind: "number" } as const]);
    const asked =
      kind === "object" || kind === "function" ? name : of([name, `${name} === ${of(LITERALS)}`, `!${name}`]);
    return maybe(30) ? `${asked} && ${expression(known, 1)}` : asked;
  }

  function expression(known: readonly Meaning[], size: number): string {
    const values = known
      .filter(({ kind }) => kind === "number" || kind === "variable")
      .map(({ name }) => name);
    const members = known.flatMap(({ name, kind, members = {} }) =>
      kind === "object"
        ? [...Object.keys(members).filter((key) => members[key] === -1), "none"].map(
            (key) => `${name}.${key}`,
          )
        : [],
    );
    const simple = () => of([...values, ...values, ...members, of(LITERALS)]);
    if (size <= 0) return simple();
    const inner = () => expression(known, size - 1);
    switch (below(9)) {
      case 0:
        return `(${inner()} + ${inner()})`;
      case 1:
        return `(${condition(known)} ? ${inner()} : ${inner()})`;
      case 2:
        return `(${inner()} ${of(["&&", "||"])} ${inner()})`;
      case 3:
        return `(${inner()} ${of(["===", "!==", "<"])} ${inner()})`;
      case 4:
      case 5:
        return callText(known, size);
      case 6:
        return `String.fromCharCode(65 + (Number(${inner()}) & 7))`;
      default:
        return simple();
    }
  }

  return block([], 0, false);
}
