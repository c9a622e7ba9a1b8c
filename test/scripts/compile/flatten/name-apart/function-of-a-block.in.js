const a = 1;
if (a) {
  function a(b) {
    return b;
  }
  print(a(2));
}
print(a);
