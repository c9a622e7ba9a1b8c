const f = (n) => {
  if (n > 1) {
    return "many";
  }
  return "one";
};
const g = (m) => {
  print(m);
  return f(m);
};
let total = 0;
const add = (a, b) => {
  total += a;
  return total + b;
};
const sum = add(1, 2);
print(g(1), g(2), sum, total);
