const f = (n) => {
  if (n) {
    return;
  }
  print("none");
};
print("begin");
f(0);
