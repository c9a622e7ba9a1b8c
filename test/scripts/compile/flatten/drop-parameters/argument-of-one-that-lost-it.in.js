const inner = (x) => {
  print("inner");
};
const outer = (y) => {
  inner(y);
  inner(y);
};
outer(1);
outer(1);
