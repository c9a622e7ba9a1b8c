const inner = () => {
  print("inner");
};
const outer = (y) => {
  inner();
  inner();
};
outer(1);
outer(1);
