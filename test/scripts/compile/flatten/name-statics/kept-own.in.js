const Math$1 = { min: (a) => a };
print(Math$1.min(1), Math$1.min(2), Math$1.min(3));
