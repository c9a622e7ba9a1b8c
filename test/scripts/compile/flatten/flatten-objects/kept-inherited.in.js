const o = {};
print(o.toString());
