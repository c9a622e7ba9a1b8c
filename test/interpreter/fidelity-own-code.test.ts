import { compare } from "./fidelity.ts";

compare(["own code of a board", "parts of a board", "rules of a board"]);
