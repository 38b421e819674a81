/** A whole refresh is bounded by three of these. */
export const GET_TOKEN_TIMEOUT_SECONDS = 2;
