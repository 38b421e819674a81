/** A worker of the app's own: it fetches what it is told to, and knows nothing of tokens. */
addEventListener('message', async ({ data }) => {
  try {
    const response = await fetch(data);
    postMessage({ status: response.status, body: await response.text() });
  } catch (error) {
    postMessage({ status: 0, body: String(error) });
  }
});
