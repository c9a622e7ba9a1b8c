import { compare } from "./fidelity.ts";

compare([
  "log-in",
  "commands and requests",
  "connections that end",
  "registration",
  "trouble of the board's own",
]);
