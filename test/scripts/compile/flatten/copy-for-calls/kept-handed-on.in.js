const f = (a) => {
  print(a);
};
f(1);
[2].forEach(f);
