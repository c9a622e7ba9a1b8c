const g = (m) => {
  print(m);
  const n = m;
  if (n) {
    print("no");
    return;
  }
  print("yes");
};
g(0);
g(1);
