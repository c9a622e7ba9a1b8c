const a = 1;
if (a) {
  function a$1(b) {
    return b;
  }
  print(a$1(2));
}
print(a);
