import { compare } from "./fidelity.ts";

compare([
  "what breaks the standard",
  "quality of service",
  "time and outages",
  "several servers",
  "Wi-Fi that breaks",
  "several networks",
  "looked after from afar",
]);
