// What a page has that no page of ours should: called by browsing.py in the page.
({fault}) => {
    const wrong = [], roots = [document];
    const said = [];
    const address = (value) => { try { return new URL(value, document.baseURI); } catch { return null; } };
    for (const root of roots) {
        for (const one of root.querySelectorAll('*')) {
            if (one.shadowRoot) roots.push(one.shadowRoot);
            for (const {name, value} of one.attributes) {
                if (/^on/.test(name)) wrong.push(`<${one.tagName.toLowerCase()} ${name}>`);
                if (!/^(src|srcset|href|xlink:href|action|formaction|data|poster|background|ping)$/.test(name)) continue;
                const to = address(value);
                const safe = to && (to.origin === location.origin || /^(blob|data):/.test(to.protocol) && one.tagName !== 'A');
                if (!safe && value) wrong.push(`<${one.tagName.toLowerCase()} ${name}="${value.slice(0, 80)}">`);
            }
            if (/^(IFRAME|OBJECT|EMBED)$/.test(one.tagName) && !one.title?.startsWith('st')) wrong.push(`<${one.tagName}>`);
            if (one.tagName === 'SCRIPT' && one.text.includes('soaked')) wrong.push('a script of the store');
            if (one.tagName === 'IMG' && one.alt === 'Streamlit logo') wrong.push('the logo that a text names');
        }
        const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let at; (at = words.nextNode());) {
            if (!/^(SCRIPT|STYLE|TEXTAREA|NOSCRIPT)$/.test(at.parentElement?.tagName ?? '')) said.push(at.data);
        }
        for (const one of root.querySelectorAll('[aria-label="Download as CSV"]')) {
            if (one.getClientRects().length) wrong.push('a way to save texts of a store as formulas of a spreadsheet');
        }
        if (root.querySelector('.katex')) wrong.push('a formula that a text wrote');
    }
    const text = said.join('\n');
    const unseen = text.match(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    if (unseen) wrong.push(`a character that nobody sees: ${unseen[0].codePointAt(0).toString(16)} in `
        + `"${text.slice(Math.max(0, unseen.index - 30), unseen.index + 10)}"`);
    if (window.soaked !== undefined) wrong.push('a script of the store ran');
    if (text.includes(fault)) wrong.push(`the box of the last resort: ${text.slice(text.indexOf(fault), text.indexOf(fault) + 300)}`);
    const exception = document.querySelector('[data-testid=stException]');
    if (exception) wrong.push(`Streamlit's box of an exception: ${exception.innerText.slice(0, 300)}`);
    const page = document.documentElement;
    if (page.scrollWidth > innerWidth + 1) wrong.push(`the page is ${page.scrollWidth} px wide, the window ${innerWidth} px`);
    const main = document.querySelector('[data-testid=stMain]');
    if (!main || !main.offsetHeight || !main.innerText.trim()) wrong.push('the page is empty');
    else if (main.scrollWidth > main.clientWidth + 1) wrong.push(`the main part is ${main.scrollWidth} px wide, its room ${main.clientWidth} px`);
    return wrong;
}
