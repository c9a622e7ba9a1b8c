let n = 0;
const now = () => n;
const now$1 = () => n;
const now$2 = () => n;
print(now$1(), now$2(), now() + 1);
