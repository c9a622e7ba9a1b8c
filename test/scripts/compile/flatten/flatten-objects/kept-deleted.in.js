const o = { a: 1 };
delete o.a;
print(o.a);
