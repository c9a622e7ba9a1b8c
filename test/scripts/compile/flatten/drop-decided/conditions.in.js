const on = true;
const off = false;
const mode = "fast";
let count;
if (off) print("never");
else print("else");
if (on && mode === "fast") {
  const said = "both";
  print(said);
}
if (count) print("never");
print(off ? 1 : 2, off || "or", on && "and", !off);
if (on) {
  if (mode !== "fast") print("never");
}
