const x = 1;
function f(x) {
  for (let i = 0; i < 1; i++) {
    const x = 3;
    print(x);
  }
  return x;
}
function g(i) {
  let f = i + x;
  return f;
}
print(f(2), g(4), x);
