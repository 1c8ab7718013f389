/** The only style of the portal's pages; the viewer has its own. */
export const STYLE = `:root{color-scheme:light dark}
body{margin:0;font:1.125rem/1.5 system-ui,sans-serif;color:#161616;background:#fff}
header{display:flex;flex-wrap:wrap;gap:.5rem;justify-content:space-between;padding:.75rem 1rem;border-bottom:1px solid #767676}
main{max-width:34rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere;hyphens:auto}
h1{font-size:1.6rem;line-height:1.25}
a{color:#000091}
button,.button{display:block;box-sizing:border-box;width:100%;margin:1rem 0;padding:1rem;border:2px solid #000091;border-radius:.25rem;background:#fff;color:#000091;font:inherit;text-align:left;text-decoration:none;cursor:pointer}
button span{display:block}
button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid #0a76f6;outline-offset:2px}
label{display:block;padding:.5rem 0}
input{width:1.25rem;height:1.25rem;vertical-align:middle}
.number{white-space:nowrap}
.small{font-size:.95rem}
@media (prefers-color-scheme:dark){body{color:#f6f6f6;background:#161616}a{color:#aab4ff}button,.button{background:#161616;color:#aab4ff;border-color:#aab4ff}}
`;
