/** A worker of the app's own, dedicated or shared: it fetches what it is told to, and says all that it sees. */
async function see(url) {
  try {
    const response = await fetch(url);
    const { status, statusText, type, redirected } = response;
    const headers = [...response.headers].filter(([name]) => name !== 'date');
    return { status, statusText, type, url: response.url, redirected, headers, body: await response.text() };
  } catch (error) {
    return { error: String(error) };
  }
}
addEventListener('message', async ({ data }) => postMessage(await see(data)));
addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = async ({ data }) => port.postMessage(await see(data));
});
