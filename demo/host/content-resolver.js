/**
 * Stand-in for the product's content resolver, which Atlassian does not publish: asks the product's back end
 * for the URL and the context token of a module. Gives a jQuery promise, as connect-host.js expects one.
 */
export function createContentResolver($) {
  return ({ key }) => {
    const answer = $.Deferred();
    fetch(`/product/module/${key}`)
      .then(async (response) => {
        if (!response.ok) throw new Error(`The product answered ${response.status}.`);
        answer.resolve(await response.json());
      })
      .catch((error) => {
        answer.reject(error, { text: error.message });
      });
    return answer.promise();
  };
}
