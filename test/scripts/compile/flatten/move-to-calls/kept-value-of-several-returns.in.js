const f = (n) => {
  if (n) {
    return 1;
  }
  return 2;
};
const x = f(0) + 1;
print(x);
