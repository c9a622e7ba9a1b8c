const off = false;
switch (2) {
  case 2:
    {
      let a = 1;
      print(a);
    }
    break;
}
