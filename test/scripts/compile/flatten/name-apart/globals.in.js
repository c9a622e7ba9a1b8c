{
  const print$1 = 1;
  print(print$1);
}
{
  let Math = 2;
  print(Math);
}
print(Math.min(3, 4));
