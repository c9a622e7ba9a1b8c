let n = 0;
const next = () => n++;
let m = 1;
const o = (m = 2);
print(next(), next(), o);
