let n = 1;
const before = n;
n = 2;
print(before, n);
