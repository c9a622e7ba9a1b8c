const o = { a: 1 };
for (const k in o) {
  print(o[k]);
}
