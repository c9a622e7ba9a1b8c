let a = 1;
print([2].map((A) => A + a));
