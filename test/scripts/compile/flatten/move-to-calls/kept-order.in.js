let n = 0;
const pair = (a, b) => b + a;
print(pair(n, ++n));
