let B = 1;

print([2].map((A) => A + B));
