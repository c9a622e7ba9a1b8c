let n = 0;
const now = () => n;
if (n) {
  print("no");
}
n = 1;
if (n) {
  print("yes");
}
print(now() ? 1 : 2, now && 3);
