// How the page looks: light and dark after the reader's setting, one column on a phone. Every colour of text has a
// contrast of at least 4.5 to 1 on what it stands on. It is sent in the page, and allowed there by its hash.
export const PAGE_STYLE = `
:root{color-scheme:light dark;--page:#f5f6f8;--card:#fff;--line:#d5dae1;--text:#1c2127;--quiet:#57606b;
--on:#0a58a6;--on-soft:#dcebfa;--kept:#dfe4ea;--good:#156c31;--good-soft:#e0f3e5;--warn:#815200;--warn-soft:#fdf0d3;
--bad:#b02018;--bad-soft:#fde4e1;--booked:#3a86d1;--around:#a9cdf0;--now:#c2410c}
@media (prefers-color-scheme:dark){:root{--page:#0f1318;--card:#181d24;--line:#323a45;--text:#e6eaef;--quiet:#a3adba;
--on:#82bcf7;--on-soft:#12304f;--kept:#2a323c;--good:#6fd58a;--good-soft:#12351f;--warn:#edbd5a;--warn-soft:#3a2b0a;
--bad:#ff9c92;--bad-soft:#481a17;--booked:#4a94de;--around:#2b557f;--now:#ff9a5a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:60rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem 1rem;padding-top:1.2rem}
h1{font-size:1.35rem;margin:0}h2{font-size:1.1rem;margin:1.8rem 0 .5rem}h3{font-size:1rem;margin:0}p{margin:.35rem 0}
header p{margin:0;color:var(--quiet)}
a{color:var(--on)}
.quiet,small,caption{color:var(--quiet)}small{font-size:.82em}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.standing{margin-top:.9rem}
.notice{margin:.4rem 0;padding:.45rem .75rem;border-left:4px solid var(--quiet);background:var(--card);border-radius:3px}
.notice.good{border-color:var(--good);background:var(--good-soft);color:var(--good)}
.notice.warn{border-color:var(--warn);background:var(--warn-soft);color:var(--warn)}
.notice.bad{border-color:var(--bad);background:var(--bad-soft);color:var(--bad)}
.notice a{color:inherit}
.pool,.feeds li,.problems li{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;margin:.7rem 0}
ul{list-style:none;margin:0;padding:0}
.problems li{border-left-width:4px}.problems .bad{border-left-color:var(--bad)}.problems .warn{border-left-color:var(--warn)}
.badge{display:inline-block;font-size:.78rem;font-weight:600;line-height:1.35;padding:.05rem .45rem;border:1px solid currentColor;border-radius:1rem;color:var(--quiet);white-space:nowrap}
.badge.on{color:var(--on)}.badge.good{color:var(--good)}.badge.warn{color:var(--warn)}.badge.bad{color:var(--bad)}
.figures{display:flex;flex-wrap:wrap;gap:.4rem 1.6rem;margin:.6rem 0 .4rem}
.figures div{min-width:3.6rem}.figures dt{color:var(--quiet);font-size:.82rem}
.figures dd{margin:0;font-size:1.35rem;line-height:1.25;font-variant-numeric:tabular-nums}
.figures small{font-size:.8rem}
.figures .warn dd,.warn.number{color:var(--warn);font-weight:600}
code{font:.92em/1.4 ui-monospace,monospace;background:var(--page);border:1px solid var(--line);border-radius:4px;padding:.05rem .3rem}
.right code{color:var(--good);font-weight:600}
table{border-collapse:collapse;width:100%;margin:.3rem 0}
th,td{text-align:left;padding:.22rem .6rem .22rem 0;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;white-space:nowrap;color:var(--quiet);font-size:.82rem;font-weight:normal}
tbody th{font-weight:600}
.number{text-align:right;padding-right:1rem;font-variant-numeric:tabular-nums}
td:first-child{width:15rem}
.windows .number{width:5.5rem}
.current td{font-weight:600}.current small,.current .badge{font-weight:normal}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.5rem 1rem}
summary{cursor:pointer;color:var(--on);padding:.2rem 0}
.timeline{position:relative;margin:.8rem 0 .5rem;padding-left:1.9rem}
.timeline svg{display:block;width:100%}
.scale{position:absolute;left:0;top:-.3rem;height:70px;width:1.5rem;display:flex;flex-direction:column;justify-content:space-between;text-align:right;font-size:.75rem;line-height:1;color:var(--quiet);font-variant-numeric:tabular-nums}
.days{display:grid;grid-template-columns:repeat(8,1fr);font-size:.75rem;line-height:1.25;color:var(--quiet);margin-top:.2rem}
.days i{font-style:normal}.days span{padding-left:.2rem;border-left:1px solid transparent}
.weekend{fill:var(--page)}.past{fill:var(--line);opacity:.45}.kept,.key .kept{fill:var(--kept)}
.booked{fill:var(--booked)}.around{fill:var(--around)}.cool{fill:var(--card)}
.booking{fill:var(--on-soft);stroke:var(--on);stroke-width:1;vector-effect:non-scaling-stroke}
.baseline{fill:none;stroke:var(--quiet);stroke-width:1.5;stroke-dasharray:5 4;vector-effect:non-scaling-stroke}
.grid{fill:none;stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}
.now{fill:none;stroke:var(--now);stroke-width:2;vector-effect:non-scaling-stroke}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.3rem 0;font-size:.85rem;color:var(--quiet)}
.key svg{vertical-align:-2px;margin-right:.3rem}
footer{padding:1.4rem 1rem 2.2rem;color:var(--quiet);font-size:.85rem}
:target{scroll-margin-top:.5rem;outline:2px solid var(--on);outline-offset:3px}
th[scope=row]{min-width:6.5rem}
@media (max-width:34rem){.number{padding-right:.5rem}.overview th,.overview td{padding-right:.45rem}th[scope=row]{min-width:5.8rem}thead th{font-size:.76rem}body{font-size:14.5px}.pool,.feeds li,.problems li,.card{padding:.65rem .75rem}td:first-child{width:40%}.windows .number{width:3.5rem}
.figures{gap:.4rem 1.1rem}.figures small{display:block;font-size:.72rem}.hide-small{display:none}.days{font-size:.68rem}}
@media print{body{background:#fff}.pool{break-inside:avoid}}
`;
