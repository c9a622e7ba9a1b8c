const on = true;
const off = false;
const mode = "fast";
let count;
print("else");
const said = "both";
print(said);
print(2, "or", "and", true);
