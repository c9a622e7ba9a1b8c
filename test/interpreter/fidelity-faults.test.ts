import { compare } from "./fidelity.ts";

compare(["what breaks the standard", "quality of service", "time and outages", "Wi-Fi that breaks"]);
