function f(k) {
  if (false) {
    var x = 1;
  }
  x = k;
  return x;
}
print(f(2));
