const f = (n) => {
  if (n) {
    return print("no");
  }
  print("yes");
};
const g = (m) => {
  print(m);
  f(m);
};
g(0);
g(1);
