const x$2 = 1;
function f$1(x$1) {
  for (let i = 0; i < 1; i++) {
    const x = 3;
    print(x);
  }
  return x$1;
}
function g(i$1) {
  let f = i$1 + x$2;
  return f;
}
print(f$1(2), g(4), x$2);
