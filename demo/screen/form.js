export function fieldset(className, title, ...children) {
  const element = document.createElement('fieldset');
  element.className = className;
  const legend = document.createElement('legend');
  legend.textContent = title;
  element.append(legend, ...children);
  return element;
}

export function row(...children) {
  const element = document.createElement('div');
  element.className = 'buttons';
  element.append(...children);
  return element;
}

export function label(text, control) {
  const element = document.createElement('label');
  element.append(text, ' ', control);
  return element;
}

export function button(text, press) {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = text;
  element.addEventListener('click', press);
  return element;
}

export function select(options, choose) {
  const element = document.createElement('select');
  for (const [value, text] of Object.entries(options)) element.add(new Option(text, value));
  element.addEventListener('change', () => choose(element.value));
  return element;
}
