const idle = 1;
print("made");
print("set");
print("end");
