const show = (a, b) => {
  print(a, b);
};
const g = (n) => {
  show(n, 1);
  show(n, 2);
};
g(5);
g(6);
