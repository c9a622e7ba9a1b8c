let String_fromCharCode = String.fromCharCode;
print(String_fromCharCode(65), String_fromCharCode(66), String_fromCharCode(67), Math.round(1.6));
