/** Where the demo's screen is, and the journal behind it. */
export const screenOrigin = document.querySelector('meta[name="demo-screen"]').getAttribute('content');

/** Lets the demo's screen, and no other window, press the app's own buttons from afar. */
export function onCommand(actions) {
  addEventListener('message', ({ origin, data }) => {
    if (origin !== screenOrigin || !Object.hasOwn(actions, data?.command)) return;
    void actions[data.command]().catch((error) => console.info(`${data.command}: ${error.message}`));
  });
}
