/** Resolves with the worker once it controls this page. */
export async function controlledBy(script: string): Promise<ServiceWorker> {
  const { serviceWorker } = navigator;
  const isControlled = new Promise((resolve) => {
    if (serviceWorker.controller) resolve(undefined);
    serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
  await serviceWorker.register(script);
  await isControlled;
  return serviceWorker.controller!;
}
