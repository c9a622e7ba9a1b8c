const idle = 1;
const list = [idle, { a: 2 }];
let written = 0;
written = 1;
function never() {
  return never();
}
const made = print("made");
let set = 0;
set = print("set");
idle;
print("end");
