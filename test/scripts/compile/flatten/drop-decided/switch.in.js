const off = false;
switch (2) {
  case 2:
    if (!off) {
      let a = 1;
      print(a);
    }
    break;
}
