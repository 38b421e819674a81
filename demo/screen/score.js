const TERMS = {
  answered: ['let in by the back end', 'answered 200, in all frames'],
  refused: ['refused', 'answered 401, most of them sent again unseen'],
  refusedToPage: ['refusals a page saw', '401s that were handed to the app'],
  bare: ['without a token', 'covered requests that carried none'],
  foreign: ['mixed up', 'requests with the token of another tenant or frame'],
};

/** What it comes to since this screen was opened. The last is nought whatever one does. */
export function showScore(list, score) {
  if (list.children.length === 0) {
    for (const [term, [name, meaning]] of Object.entries(TERMS)) {
      const group = document.createElement('div');
      group.id = `score-${term}`;
      group.title = meaning;
      group.append(document.createElement('dt'), document.createElement('dd'));
      group.firstChild.textContent = name;
      list.append(group);
    }
  }
  for (const term of Object.keys(TERMS)) {
    const group = document.getElementById(`score-${term}`);
    const text = String(score[term]);
    if (group.lastChild.textContent !== text) group.lastChild.textContent = text;
    group.classList.toggle('bad', score[term] > 0 && ['refusedToPage', 'bare', 'foreign'].includes(term));
  }
}
