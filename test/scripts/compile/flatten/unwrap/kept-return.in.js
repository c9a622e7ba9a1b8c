let n = 1;
if (n) {
  print(n);
  return;
}
print("never");
