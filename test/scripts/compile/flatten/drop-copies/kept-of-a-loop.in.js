const fs = [];
for (let i of [1, 2]) {
  const j = i;
  fs.push(() => j);
}
print(fs.map((f) => f()).join());
