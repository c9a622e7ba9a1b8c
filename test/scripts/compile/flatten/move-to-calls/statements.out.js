const g = (m) => {
  print(m);
  const n = m;
  if (n > 1) {
    return "many";
  }
  return "one";
};
let total = 0;
const a = 1;
const b = 2;
total += a;
const sum = total + b;
print(g(1), g(2), sum, total);
