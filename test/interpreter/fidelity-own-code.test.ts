import { compare } from "./fidelity.ts";

compare(["code of one's own"]);
