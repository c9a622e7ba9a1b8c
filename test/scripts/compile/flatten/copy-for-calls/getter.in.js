let n = 0;
const now = () => n;
print(now(), now(), now() + 1);
