/** The style of a report: light and dark by the reader's choice, and plain on paper. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#17202a;--soft:#4d5a66;--paper:#fff;--panel:#f5f7f9;--edge:#cfd6dd;--bar:#3c78b4;--hot:#c2410c;--critical:#a11212;--high:#b4480b;--medium:#8a6100;--low:#3a5a7a}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#a9b5c1;--paper:#12171c;--panel:#1a2129;--edge:#38434e;--bar:#6aa7e0;--hot:#ff9a62;--critical:#ff9a94;--high:#ffb27a;--medium:#f0cb6a;--low:#a5c8ea}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.3rem;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:2px solid var(--edge)}
h3{font-size:1.05rem;margin:0 0 .5rem;line-height:1.35;overflow-wrap:anywhere}
h4,section>h3{font-size:.95rem;margin:1rem 0 .25rem}
td ul{margin:0;padding-left:1rem}
p{margin:.4rem 0;overflow-wrap:anywhere}
a{color:inherit}
.soft{color:var(--soft)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1rem 0}
.figure{background:var(--panel);border:1px solid var(--edge);border-radius:.4rem;padding:.6rem .8rem}
.figure b{display:block;font-size:1.5rem;line-height:1.2}
article{border:1px solid var(--edge);border-left:.35rem solid var(--low);border-radius:.4rem;padding:1rem 1.1rem;margin:1rem 0;background:var(--panel);break-inside:avoid}
article.critical{border-left-color:var(--critical)}article.high{border-left-color:var(--high)}article.medium{border-left-color:var(--medium)}
.level{font-weight:700;text-transform:uppercase;letter-spacing:.03em;font-size:.85rem}
.level.critical{color:var(--critical)}.level.high{color:var(--high)}.level.medium{color:var(--medium)}.level.low,.level.info{color:var(--low)}
.wide{overflow-x:auto}.wide>svg{min-width:36rem}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--edge);overflow-wrap:anywhere}
th{font-weight:600;color:var(--soft)}
td.key{white-space:nowrap}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
svg{display:block;width:100%;height:auto;margin:.4rem 0}
.bar{fill:var(--bar)}.hot{fill:var(--hot)}.axis{stroke:var(--edge);stroke-width:1}
.limit{stroke:var(--hot);stroke-width:1.5;stroke-dasharray:5 4}
.label{fill:var(--soft);font-size:12px}.strong{fill:var(--ink);font-size:13px;font-weight:600}
.box{fill:var(--paper);stroke:var(--edge)}.arrow{fill:none;stroke:var(--soft);stroke-width:1.5}
ul{margin:.3rem 0;padding-left:1.2rem}li{margin:.2rem 0;overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0}
@media (max-width:40rem){.rows :is(table,tbody,tr){display:block}.rows thead{display:none}.rows tr{padding:.5rem 0;border-bottom:1px solid var(--edge)}
.rows td{display:flow-root;border:0;padding:.1rem 0 .1rem 7rem;text-align:left;white-space:normal}.rows td::before{content:attr(data-column);float:left;width:6.5rem;margin-left:-7rem;color:var(--soft)}}
@media print{.wide{overflow:visible}.wide>svg{min-width:0}:root{--ink:#000;--soft:#444;--paper:#fff;--panel:#fff;--edge:#bbb;--bar:#555;--hot:#000;--critical:#000;--high:#000;--medium:#000;--low:#000}
main{max-width:none;padding:0}nav{display:none}h2{break-after:avoid}body{font-size:11pt}}
`;
