const f = (n) => {
  n++;
  return n;
};
print(f(1), f(1));
