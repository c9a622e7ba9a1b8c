print(String.fromCharCode(65), String.fromCharCode(66), String.fromCharCode(67), Math.round(1.6));
