/**
 * The page that a board shows a phone. It has no secrets and asks for nothing from elsewhere. Names of networks are bytes of
 * anyone: they travel as hexadecimal digits in both directions, and are shown as text only.
 *
 * The board says at `/state`: the phase (PortalPhase in src/app/portal.ts), what went wrong, and a network a line, with `*`
 * for one with a password.
 */

import { inScript } from "../boards/setup.ts";

/** The labels of the platform's fields. */
const LABELS: Readonly<Record<string, readonly [english: string, chinese: string]>> = {
  device: ["Device", "设备"],
  authInfo: ["Auth info", "鉴权信息"],
  token: ["Token", "token"],
  userName: ["User name", "用户名"],
  password: ["Password", "密码"],
};

/** What it says in each phase. */
const WORDS: readonly (readonly [english: string, chinese: string])[] = [
  ["", ""],
  ["Trying …", "正在尝试…"],
  ["Failed, nothing changed: ", "失败，未作更改："],
  ["Connected. Done.", "已连上，完成。"],
  ["Connected. Restarting to log in …", "已连上，正在重启并登录…"],
  ["Logging in …", "正在登录…"],
  ["The platform did not accept the fields; they are undone.", "平台不接受这些字段，已撤销。"],
  ["Online. Done.", "已上线，完成。"],
  ["No room in flash.", "闪存已满。"],
  ["wrong password?", "密码不对？"],
  ["not found", "找不到网络"],
  ["Not allowed: password of 8–63 characters, or none", "不允许：密码须为 8–63 个字符，或留空"],
  ["Another network …", "其他网络…"],
  ["Wi-Fi password", "Wi-Fi 密码"],
  ["Connect", "连接"],
  ["empty: unchanged", "留空则不变"],
  ["Name of the network", "网络名称"],
  ["No answer. Is the phone still in the board's network?", "没有应答。手机还连着开发板的网络吗？"],
];

/**
 * What comes before the board's title (inScript), and after it.
 * @param fields the platform's fields
 */
export function setupPage(fields: readonly string[]): readonly [before: string, after: string] {
  const words = WORDS.map(([english, chinese]) => [english, chinese]);
  const labels = fields.map((field) => LABELS[field] ?? [field, field]);
  const [before = "", after = ""] = PAGE.replaceAll(/\n */g, "").split("DATA");
  return [`${before}W=${inScript(words)},F=${inScript(labels)},T=`, after];
}

const PAGE = `<!doctype html><meta charset=utf-8>
  <meta name=viewport content="width=device-width,initial-scale=1">
  <title>Setup</title>
  <style>
    :root{color-scheme:light dark}
    body{font:17px system-ui;max-width:26em;margin:auto;padding:1em}
    label{display:block;margin:1em 0}
    input,select,button{font:inherit;width:100%;padding:.6em;box-sizing:border-box}
    #m{min-height:3em;font-weight:600}
  </style>
  <h1></h1><p id=m role=status></p><form></form>
  <script>
    var DATA,D=document,L=/^zh/.test(navigator.language)?1:0,w=function(i){return W[i][L]},
    $=function(s){return D.querySelector(s)},f=$("form"),m=$("#m"),last="",
    hex=function(t){return Array.from(new TextEncoder().encode(t),function(b){return(b<16?"0":"")+b.toString(16)}).join("")},
    text=function(h){
      var b=Uint8Array.from(h.match(/../g)||[],function(x){return parseInt(x,16)});
      try{return new TextDecoder("utf-8",{fatal:true}).decode(b)}catch(e){return new TextDecoder("gb18030").decode(b)}
    },
    add=function(p,n,o){var e=D.createElement(n);Object.assign(e,o);p.append(e);return e},
    field=function(t,n,o){var l=add(f,"label",{});l.append(t);return add(l,n,o)},
    list=field("Wi-Fi","select",{id:"n"}),
    other=field(w(16),"input",{id:"o",autocomplete:"off",autocapitalize:"off"}),
    pass=field(w(13),"input",{id:"p",type:"password",autocomplete:"off"}),
    rest=F.map(function(t,i){return field(t[L],"input",{id:"f"+i,placeholder:w(15),autocomplete:"off",autocapitalize:"off",type:i?"password":"text"})}),
    go=add(f,"button",{textContent:w(14)}),
    show=function(){other.parentNode.hidden=list.value!=""};
    D.title=$("h1").textContent=T;
    list.onchange=show;
    function nets(a){
      var v=list.value;
      list.textContent="";
      a.forEach(function(n){var h=n.replace("*","");add(list,"option",{value:h,textContent:text(h)+(h==n?"":" \\u{1f512}")})});
      add(list,"option",{value:"",textContent:w(12)});
      if(v)list.value=v;
      show()
    }
    function ask(){
      var c=new AbortController,t=setTimeout(function(){c.abort()},4e3);
      fetch("/state",{signal:c.signal}).then(function(r){return r.text()}).then(function(t){
        var a=t.split("\\n"),p=+a[0],d=a[1]||"",n=a.slice(2).join("\\n");
        if(n!=last){last=n;nets(n?n.split("\\n"):[])}
        m.textContent=w(p)+(p==2?/HANDSHAKE|AUTH|15|20[24]/.test(d)?w(9):/NO_AP|201/.test(d)?w(10):d:"");
        m.dataset.phase=p;
        f.hidden=p==1||p==3||p==4||p==5||p==7;
        if(p!=3&&p!=7)setTimeout(ask,f.hidden||!last?2e3:2e4)
      },function(){m.textContent=w(17);setTimeout(ask,2e3)}).finally(function(){clearTimeout(t)})
    }
    f.onsubmit=function(e){
      e.preventDefault();
      fetch("/",{method:"POST",body:[list.value||hex(other.value),hex(pass.value)].concat(rest.map(function(i){return hex(i.value.trim())})).join()}).then(function(r){
        if(r.ok){pass.value="";f.hidden=true;m.textContent=w(1);setTimeout(ask,1e3)}
        else m.textContent=w(11)
      },function(){m.textContent=w(17)})
    };
    nets([]);
    ask()
  </script>`;
