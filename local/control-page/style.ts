// The style of the control page: light and dark, for narrow screens too, with a visible focus.

import { createHash } from 'node:crypto'

export const style = `:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#1b1f24;background:#f4f5f7;overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{margin:0;font-size:1.5rem;line-height:1.25}h2{margin:2rem 0 .5rem;font-size:1.25rem}h3{margin:0;font-size:1rem}
p{margin:.25rem 0}
article,.card{display:block;padding:.75rem 1rem;margin:.5rem 0;background:#fff;border:1px solid #d3d8de;border-radius:.5rem}
.quiet{color:#4a5159}.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}*+.row{margin-top:.5rem}
form{min-width:0;max-width:100%}label{display:flex;flex-wrap:wrap;gap:.25rem .5rem;align-items:center;min-width:0;max-width:100%}
button,input,select{font:inherit;color:inherit;padding:.35rem .75rem;max-width:100%;min-width:0;border:1px solid #767f89;border-radius:.375rem;background:#fff}
input[type=checkbox]{padding:0;width:1.1rem;height:1.1rem}
button{cursor:pointer;background:#eef1f4}button:hover{background:#dfe4e9}
[role=status],[role=alert]{margin:1rem 0;padding:.5rem 1rem;background:#fff;border:1px solid #d3d8de;border-left:.3rem solid #0b57c4;border-radius:.375rem}
[role=alert],.trouble{border-left:.3rem solid #b3261e}
pre{white-space:pre-wrap;font:inherit;margin:.5rem 0 0}a{color:#0b57c4}
:focus-visible{outline:3px solid #b45309;outline-offset:2px}
@media (prefers-color-scheme:dark){body{color:#e8eaed;background:#14171a}
article,.card,[role=status],[role=alert]{background:#1f2428;border-color:#3a424a}
[role=status]{border-left-color:#8ab8ff}[role=alert],.trouble{border-left-color:#ff8a80}
.quiet{color:#b3bac2}a{color:#8ab8ff}button,input,select{background:#14171a}button{background:#2c333a}button:hover{background:#3a424a}}`

const hash = createHash('sha256').update(style).digest('base64')

/** The page runs, loads and frames nothing, and its forms post only to this page. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`
