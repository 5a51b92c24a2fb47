/// How pages look: one file for all of them, light and dark by the browser's wish.
enum PageStyle {
    static func css(_ branding: Branding) -> String { ":root{--accent:\(branding.accent)}\n" + own + branding.css }

    // The buttons of a question stand where the one before it stood: the second of a double click on "Sign in" is not the
    // user's word on something else (`held`).
    // Contrasts of text are 4.5:1 and more, those of edges 3:1 (WCAG 2.2 §1.4.3, §1.4.11); targets are 44 px (§2.5.8).
    private static let own = """
        :root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--text:#16181d;--soft:#4b5563;--edge:#6b7280;
        --line:#e5e7eb;--bad:#b3261e;--bad-back:#fdecea}
        @media(prefers-color-scheme:dark){:root{--page:#0e1014;--card:#181b21;--text:#eceef2;--soft:#b6bdc9;
        --edge:#8b93a1;--line:#2c313a;--bad:#ffb4ab;--bad-back:#3a1715}}
        *{box-sizing:border-box}
        body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;padding:8vh 1rem 1rem;
        background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
        main{width:100%;max-width:25rem;padding:2rem;border:1px solid var(--line);border-radius:.75rem;
        background:var(--card);overflow-wrap:anywhere}
        .brand{display:flex;align-items:center;gap:.6rem;margin:0 0 1.5rem;font-weight:600}
        .brand img{max-width:10rem;max-height:2.5rem}
        h1{margin:0 0 .25rem;font-size:1.5rem;line-height:1.25}
        p{margin:0 0 1rem}
        h1+[role=alert]{margin-top:1rem}
        .soft{color:var(--soft)}
        [role=alert]{padding:.6rem .8rem;border-inline-start:4px solid var(--bad);border-radius:.25rem;
        background:var(--bad-back);color:var(--bad)}
        ul{margin:0 0 1rem;padding-inline-start:1.25rem}
        label{display:block;margin:0 0 .3rem;font-weight:500}
        input{display:block;width:100%;min-height:2.75rem;margin:0 0 1.1rem;padding:.5rem .75rem;
        border:1px solid var(--edge);border-radius:.5rem;background:var(--card);color:var(--text);font:inherit}
        input[aria-invalid=true]{border-color:var(--bad);border-width:2px}
        a{color:inherit}
        .wide{max-width:42rem}
        h2{margin:2rem 0 .5rem;font-size:1.125rem;line-height:1.25}
        [role=status]{padding:.6rem .8rem;border-inline-start:4px solid var(--edge);border-radius:.25rem;
        background:var(--page)}
        .links{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
        .links a{padding:.6rem 0}
        .below{margin:1.25rem 0 0}
        .hint{margin:0 0 .3rem}
        .rows{padding:0;list-style:none}
        .rows>li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem 1rem;
        padding:.75rem 0;border-top:1px solid var(--line)}
        .rows div{flex:1 1 14rem}
        .rows p,.rows ul{margin:0}
        .rows button{flex:none}
        .here{padding:.1rem .4rem;border:1px solid var(--edge);border-radius:.25rem;font-size:.875rem}
        .events li{margin:0 0 .25rem}
        input[readonly]{background:var(--page);border-style:dashed}
        .actions{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:.4rem}
        button{flex:1 1 8rem;min-height:2.75rem;padding:.5rem 1rem;border:1px solid var(--edge);border-radius:.5rem;
        background:none;color:var(--text);font:inherit;font-weight:600;cursor:pointer}
        button.main{flex-grow:2;border-color:var(--accent);background:var(--accent);color:#fff}
        .held{animation:hold .7s}
        @keyframes hold{from,to{pointer-events:none}}
        button:hover{text-decoration:underline}
        :focus-visible{outline:3px solid var(--text);outline-offset:2px}
        code{font:.9em ui-monospace,monospace}
        @media(prefers-color-scheme:dark){button.main{border-color:var(--edge)}}
        @media(max-width:26rem){body{padding:0;background:var(--card)}main{border:0;padding:1.25rem}}
        @media(forced-colors:active){button.main{border:2px solid ButtonText}}

        """
}
