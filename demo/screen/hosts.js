/** The pages of the tenants, embedded; and the way from here to the app's frames inside of them. */
export function createHosts(element, { tenants, lifeSecondsChoices, appOrigin }) {
  const pages = new Map(
    tenants.map(({ name, origin }) => {
      const page = document.createElement('iframe');
      page.title = `The product’s page of ${name}`;
      page.src = `${origin}/`;
      element.append(page);
      return [name, page];
    }),
  );

  const originOf = (name) => tenants.find((tenant) => tenant.name === name).origin;
  const framesOf = (name) => {
    const { contentWindow } = pages.get(name);
    return Array.from({ length: contentWindow.length }, (_, index) => contentWindow.frames[index]);
  };
  const send = (frame, command) => frame.postMessage({ command }, appOrigin);

  return {
    tenants,
    lifeSecondsChoices,
    reload(name) {
      pages.get(name).src = `${originOf(name)}/`;
    },
    command(name, command) {
      for (const frame of framesOf(name)) send(frame, command);
    },
    /** Lets the product drop the tokens that its pages keep for their frames. */
    forgetTokens(name) {
      pages.get(name).contentWindow.postMessage({ command: 'forget-tokens' }, originOf(name));
    },
    commandFirst(command) {
      const frame = tenants.flatMap(({ name }) => framesOf(name))[0];
      if (frame) send(frame, command);
    },
  };
}
