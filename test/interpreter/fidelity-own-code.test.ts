import { compare } from "./fidelity.ts";

compare(["own code of a board"]);
