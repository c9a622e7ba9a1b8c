const o = { a: 1 };
print(JSON.stringify(o), o.a);
