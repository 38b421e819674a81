import { createControls } from './controls.js';
import { createHosts } from './hosts.js';
import { showLegend } from './legend.js';
import { createModel } from './model.js';
import { createPicture } from './picture.js';
import { showScore } from './score.js';
import { createWords } from './words.js';

const part = (id) => document.getElementById(id);

let state = await (await fetch('/demo/state')).json();
const model = createModel();
const picture = createPicture(part('lanes'), part('axis'), model, () => state.lifeSeconds);
const tell = createWords(part('words'));
const hosts = createHosts(part('hosts'), state);
const controls = createControls(part('controls'), part('outcome'), hosts);
controls.show(state);
showLegend(part('legend'));
showScore(part('score'), model.score);

// The journal is the one source of all that is shown, for this tab's frames and for every other tab's.
new EventSource('/demo/events').onmessage = ({ data }) => {
  const entry = JSON.parse(data);
  if (entry.type === 'state') {
    state = entry.state;
    controls.show(state);
  }
  const changed = model.apply(entry);
  picture.show(changed);
  tell(entry, changed);
  showScore(part('score'), model.score);
};
