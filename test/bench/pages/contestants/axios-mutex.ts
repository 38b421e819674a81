import axios, { type AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { connectToken, directToken, type Contestant, type Settings } from '../contestant.js';

/** The better advice: keep the token, and at a 401 fetch one more, once for all that wait, and send again. */
export async function axiosMutex(settings: Settings): Promise<Contestant> {
  const getToken = async (): Promise<string> =>
    settings.direct ? (await directToken(settings, fetch)).token : connectToken();
  const client = axios.create();
  let token: string | undefined;
  let pending: Promise<string> | undefined;
  const renew = (): Promise<string> => {
    pending ??= getToken()
      .then((given) => (token = given))
      .finally(() => (pending = undefined));
    return pending;
  };
  client.interceptors.request.use(async (config) => {
    config.headers.set('Authorization', `JWT ${token ?? (await renew())}`);
    return config;
  });
  client.interceptors.response.use(undefined, async (error: AxiosError) => {
    const config = error.config as (InternalAxiosRequestConfig & { isSecond?: boolean }) | undefined;
    if (error.response?.status !== 401 || !config || config.isSecond) throw error;
    if (config.headers.get('Authorization') === `JWT ${token}`) await renew();
    return client.request({ ...config, isSecond: true } as InternalAxiosRequestConfig);
  });
  await renew();
  return {
    send: async (url, init) => {
      const answer = await client.request({ url, method: init?.method ?? 'GET', data: init?.body });
      return answer.status;
    },
  };
}
