{
  const print$1 = 1;
  print(print$1);
}
{
  let Math$1 = 2;
  print(Math$1);
}
print(Math.min(3, 4));
